package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.OddSource.Odd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sources that people have, through the command line: each becomes a manifest with the values that
 * it says, or is refused in a sentence. Spark never speaks.
 */
class OddSourcesTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource({
    "io.espalier.spark.manifest.OddTables#parquetFiles",
    "io.espalier.spark.manifest.OddTables#foldersOfFiles",
    "io.espalier.spark.manifest.OddTables#audioColumns",
    "io.espalier.spark.manifest.OddTexts#delimitedFiles",
    "io.espalier.spark.manifest.OddTexts#jsonFiles"
  })
  void anOddSourceIsReadOrRefusedInASentence(Odd odd) throws IOException {
    String source = odd.maker().make(directory).toString();
    String table = "odd_" + UUID.randomUUID().toString().replace('-', '_');
    String[] command =
        Stream.concat(Stream.of("manifest", source, "-o", table), odd.options().stream())
            .toArray(String[]::new);
    CommandRun run = CommandRun.of(command);
    String said = run.out() + run.err();
    assertThat(said).doesNotContain("Exception", "\tat ", "caused by", "org.apache", "[INTERNAL");
    if (odd.sql() == null) {
      assertThat(run.code()).as(said).isEqualTo(2);
      assertThat(run.err()).contains(odd.expected());
      assertThat(SPARK.catalog().tableExists(table)).isFalse();
    } else {
      assertThat(run.code()).as(said).isZero();
      assertThat(
              SPARK.table(table).orderBy("utt_id").selectExpr(odd.sql().split(";")).collectAsList())
          .extracting(row -> row.mkString("|"))
          .containsExactlyElementsOf(odd.expected());
    }
  }
}
