package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.tools.corpus.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The 600 utterances that figures are measured on. */
class TestManifestTest {
  private static final Path DEMO = Path.of("src/main/demo");
  private static final Path FILE = DEMO.resolve("test.parquet");
  private static final long TEN_MEGABYTES = 10_000_000;
  private static final SparkSession SPARK = TestSpark.session();

  @Test
  void itIsOneFileOfAtMostTenMegabytesWithItsAudioInside() throws IOException {
    assertThat(FILE).isRegularFile();
    assertThat(Files.size(FILE)).isLessThan(TEN_MEGABYTES);
    Dataset<Row> rows = Manifest.read(SPARK, FILE.toString());
    assertThat(rows.count()).isEqualTo(600);
    assertThat(rows.filter(length(col("audio.bytes")).gt(1000)).count()).isEqualTo(600);
  }

  @Test
  void itsSentencesAreOfTheTestSplitAndItsVoicesAreNotThoseOfTraining() throws IOException {
    List<Row> rows =
        Manifest.read(SPARK, FILE.toString())
            .select("translation", "voice", "speaker_id")
            .collectAsList();
    assertThat(rows)
        .allSatisfy(row -> assertThat(Split.of(row.getString(0))).isEqualTo(Split.TEST));
    // The demo's voices are held out of training by construction; these are the same voices.
    Set<String> heldOut = new TreeSet<>();
    Manifest.read(SPARK, DEMO.resolve("manifest.jsonl").toString())
        .select("voice")
        .collectAsList()
        .forEach(row -> heldOut.add(row.getString(0).replaceAll("^[^+]*", "")));
    assertThat(rows)
        .allSatisfy(row -> assertThat(heldOut).contains(row.getString(1).replaceAll("^[^+]*", "")));
  }

  @Test
  void languagesAndTasksAreBalanced() throws IOException {
    Map<String, Long> counts = new HashMap<>();
    Manifest.read(SPARK, FILE.toString())
        .groupBy("language", "task")
        .count()
        .collectAsList()
        .forEach(row -> counts.put(row.getString(0) + " " + row.getString(1), row.getLong(2)));
    assertThat(counts.values().stream().mapToLong(n -> n).sum()).isEqualTo(600);
    assertThat(counts.get("eng asr")).isEqualTo(150);
    for (String language : List.of("deu", "fra", "ita")) {
      assertThat(counts.get(language + " asr")).isBetween(60L, 90L);
      assertThat(counts.get(language + " st_eng")).isBetween(60L, 90L);
    }
  }
}
