package io.espalier.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Pairs are generated from a seed here and, when the file was made, in Python, where RapidFuzz
 * 3.14.6 under JiWER 4.0.0 counted the edits.
 */
class EditAlignerTest {

  @Test
  void countsTheSameEditsAsRapidFuzzInThreeThousandPairsOfUpToFortyThousandSymbols()
      throws IOException {
    int pairs = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(getClass().getResourceAsStream("alignments.tsv.gz")),
                StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        long[] values = Arrays.stream(line.split("\t")).mapToLong(Long::parseLong).toArray();
        SymbolPair pair =
            SymbolPair.generate(
                values[0], (int) values[1], (int) values[2], (int) values[3], (int) values[4]);
        assertThat(EditAligner.align(pair.reference(), pair.hypothesis()))
            .as(line)
            .isEqualTo(new Edits(values[5], values[6], values[7], values[8]));
        pairs++;
      }
    }
    assertThat(pairs).isEqualTo(3096);
  }

  @Test
  void alignsNothingWithNothing() {
    assertThat(EditAligner.align(new int[0], new int[0])).isEqualTo(new Edits(0, 0, 0, 0));
  }
}
