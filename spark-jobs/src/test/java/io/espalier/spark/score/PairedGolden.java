package io.espalier.spark.score;

import com.google.gson.Gson;
import io.espalier.udfs.metrics.Bleu;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.Chrf;
import io.espalier.udfs.metrics.ChrfOptions;
import io.espalier.udfs.metrics.Edits;
import io.espalier.udfs.metrics.ErrorRate;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Two systems on 60 sentences, and what sacreBLEU 2.6.0's paired bootstrap says of them, with the
 * positions that NumPy drew for 200 resamples. WER and CER are JiWER 4.0.0's counts under the same
 * test.
 */
record PairedGolden(
    List<String> references,
    List<String> a,
    List<String> b,
    Map<String, Expected> few,
    Map<String, Expected> thousand,
    List<String> indices) {

  /** sacreBLEU's results; an interval is its mean plus and minus its half width. */
  record Expected(
      double a, double b, double p, double half_width_a, double half_width_b, double mean_b) {}

  static PairedGolden read() {
    try (Reader in =
        new InputStreamReader(
            PairedGolden.class.getResourceAsStream("paired-bootstrap.json"),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(in, PairedGolden.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often each sentence is in each of NumPy's resamples. */
  int[][] counts() {
    return indices.stream()
        .map(
            line -> {
              int[] counts = new int[references.size()];
              Arrays.stream(line.split(" ")).forEach(i -> counts[Integer.parseInt(i)]++);
              return counts;
            })
        .toArray(int[][]::new);
  }

  /** Statistics of a system, one vector for each sentence. */
  long[][] statistics(List<String> system, StatisticsKind kind) {
    return IntStream.range(0, system.size())
        .mapToObj(i -> statistics(references.get(i), system.get(i), kind))
        .toArray(long[][]::new);
  }

  private static long[] statistics(String reference, String hypothesis, StatisticsKind kind) {
    return switch (kind) {
      case RECOGNITION -> {
        Edits words = ErrorRate.words(reference, hypothesis);
        Edits characters = ErrorRate.characters(reference, hypothesis);
        yield new long[] {
          words.hits(),
          words.substitutions(),
          words.deletions(),
          words.insertions(),
          characters.hits(),
          characters.substitutions(),
          characters.deletions(),
          characters.insertions()
        };
      }
      case TRANSLATION ->
          LongStream.concat(
                  Arrays.stream(
                      Bleu.statistics(List.of(reference), hypothesis, BleuOptions.CORPUS)
                          .toArray()),
                  Arrays.stream(Chrf.statistics(List.of(reference), hypothesis, ChrfOptions.CHRF)))
              .toArray();
    };
  }
}
