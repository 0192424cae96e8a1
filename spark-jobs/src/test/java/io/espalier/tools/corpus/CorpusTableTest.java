package io.espalier.tools.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTableTest {
  private static final Path DEMO = Path.of("src", "main", "demo");
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;

  @Test
  void writesOneFileAndNothingBeside() throws Exception {
    CorpusTable.write(SPARK, DEMO, directory.resolve("table.parquet").toString(), false);
    assertThat(directory.toFile().list()).containsExactly("table.parquet");
  }

  @Test
  void keepsTheOrderOfTheManifestAndItsRelativePaths() throws Exception {
    String table = directory.resolve("table.parquet").toString();
    CorpusTable.write(SPARK, DEMO, table, false);
    List<Row> rows = SPARK.read().parquet(table).collectAsList();
    assertThat(rows).hasSize(120);
    assertThat(rows.get(0).<String>getAs("utt_id")).isEqualTo("demo-eng-00000");
    assertThat(rows.get(119).<String>getAs("utt_id")).isEqualTo("demo-ita-00029");
    assertThat(rows)
        .allSatisfy(row -> assertThat(DEMO.resolve(row.<String>getAs("audio"))).isRegularFile());
  }

  @Test
  void embedsTheBytesOfTheFiles() throws Exception {
    String table = directory.resolve("table.parquet").toString();
    CorpusTable.write(SPARK, DEMO, table, true);
    for (Row row : SPARK.read().parquet(table).collectAsList()) {
      Row audio = row.getAs("audio");
      Path file = DEMO.resolve(audio.<String>getAs("path"));
      assertThat(audio.<byte[]>getAs("bytes")).isEqualTo(Files.readAllBytes(file));
    }
  }

  @Test
  void theDemosTableIsItsManifest() throws Exception {
    String table = directory.resolve("table.parquet").toString();
    CorpusTable.write(SPARK, DEMO, table, false);
    assertThat(SPARK.read().parquet(DEMO.resolve("manifest.parquet").toString()).collectAsList())
        .isEqualTo(SPARK.read().parquet(table).collectAsList());
  }
}
