package io.espalier.spark;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.ContextBundle;
import io.espalier.cli.CommandRun;
import io.espalier.context.EventClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped context encoders on voices and sentences that they were not trained on. */
class DemoContextsTest {
  private static final Path DEMO = Path.of("src/main/demo");
  private static final SparkSession SPARK = TestSpark.session();
  private static final int VOICES = 24;

  /** What the demo's model costs for an utterance with everything open, without the search. */
  private static final double SHARE_OF_DENSE = 0.05;

  @TempDir private static Path directory;
  private static Dataset<Row> contexts;

  @BeforeAll
  static void compute() {
    String table = directory.resolve("contexts").toString();
    // Without the speakers' names, which would be taken for the clusters.
    String manifest = directory.resolve("unnamed.parquet").toString();
    SPARK
        .read()
        .parquet(DEMO.resolve("test.parquet").toString())
        .drop("speaker_id")
        .write()
        .parquet(manifest);
    CommandRun run =
        CommandRun.of(
            "context",
            "--manifest",
            manifest,
            "--bundle",
            DEMO.resolve("bundle").toString(),
            "--contexts",
            table,
            "--clusters",
            String.valueOf(VOICES));
    assertThat(run.code()).as(run.err()).isZero();
    Dataset<Row> truth =
        Manifest.read(SPARK, DEMO.resolve("test.parquet").toString())
            .select(col("utt_id"), col("speaker_id").as("voice"), col("condition"));
    contexts = SPARK.read().parquet(table).join(truth, "utt_id").cache();
  }

  @Test
  void clustersAreTheVoices() {
    Map<String, Long> cells = new HashMap<>();
    Map<String, Long> clusters = new HashMap<>();
    Map<String, Long> voices = new HashMap<>();
    List<Row> rows = contexts.select("speaker_cluster", "voice").collectAsList();
    for (Row row : rows) {
      String cluster = String.valueOf(row.getInt(0));
      cells.merge(cluster + "/" + row.getString(1), 1L, Long::sum);
      clusters.merge(cluster, 1L, Long::sum);
      voices.merge(row.getString(1), 1L, Long::sum);
    }
    assertThat(voices).hasSize(VOICES);
    // Hubert and Arabie's adjusted Rand index, 1985.
    double index = pairs(cells);
    double expected = pairs(clusters) * pairs(voices) / (rows.size() * (rows.size() - 1) / 2.0);
    double most = (pairs(clusters) + pairs(voices)) / 2;
    double adjusted = (index - expected) / (most - expected);
    System.out.printf(Locale.ROOT, "Adjusted Rand index of speaker clusters: %.3f%n", adjusted);
    assertThat(adjusted).isGreaterThanOrEqualTo(0.8);
  }

  private static double pairs(Map<String, Long> counts) {
    return counts.values().stream().mapToDouble(n -> n * (n - 1) / 2.0).sum();
  }

  @Test
  void conditionsAreTold() throws IOException {
    EventClasses classes = ContextBundle.open(DEMO.resolve("bundle")).eventClasses().orElseThrow();
    List<Row> rows = contexts.select("event", "condition").collectAsList();
    long right =
        rows.stream().filter(row -> classes.nearest(vector(row)).equals(row.getString(1))).count();
    System.out.printf(Locale.ROOT, "Event conditions told: %.1f %%%n", 100.0 * right / rows.size());
    assertThat((double) right / rows.size()).isGreaterThanOrEqualTo(0.9);
  }

  private static float[] vector(Row row) {
    List<Float> values = row.getList(0);
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  @Test
  void encodersCostATwentiethOfTheModelAtMost() {
    double encoders = contexts.agg(avg("gflops.total")).first().getDouble(0);
    String table = directory.resolve("transcripts").toString();
    CommandRun run =
        CommandRun.of(
            "transcribe",
            "--manifest",
            DEMO.resolve("test.parquet").toString(),
            "--bundle",
            DEMO.resolve("bundle").toString(),
            "--table",
            table,
            "--beam",
            "1",
            "--gates",
            "open",
            "--limit",
            "16");
    assertThat(run.code()).as(run.err()).isZero();
    double dense = SPARK.read().parquet(table).agg(avg("gflops.dense")).first().getDouble(0);
    System.out.printf(
        Locale.ROOT, "Context encoders: %.4f of %.3f GFLOPs dense%n", encoders, dense);
    assertThat(encoders).isBetween(0.001, SHARE_OF_DENSE * dense);
  }
}
