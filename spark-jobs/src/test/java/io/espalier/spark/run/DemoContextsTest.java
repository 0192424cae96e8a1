package io.espalier.spark.run;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.ContextBundle;
import io.espalier.cli.CommandRun;
import io.espalier.context.EventClasses;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    assertThat(contexts.select("voice").distinct().count()).isEqualTo(VOICES);
    double adjusted = index(contexts);
    System.out.printf(Locale.ROOT, "Adjusted Rand index of speaker clusters: %.3f%n", adjusted);
    assertThat(adjusted).isGreaterThanOrEqualTo(0.95);
  }

  @Test
  void theNumberOfVoicesIsFound() {
    CommandRun run =
        CommandRun.of(
            "context",
            "--manifest",
            directory.resolve("unnamed.parquet").toString(),
            "--bundle",
            DEMO.resolve("bundle").toString(),
            "--contexts",
            directory.resolve("chosen").toString());
    assertThat(run.code()).as(run.err()).isZero();
    Dataset<Row> chosen =
        SPARK
            .read()
            .parquet(directory.resolve("chosen").toString())
            .join(contexts.select("utt_id", "voice"), "utt_id");
    double adjusted = index(chosen);
    System.out.printf(Locale.ROOT, "Adjusted Rand index without their number: %.3f%n", adjusted);
    assertThat(chosen.select("speaker_cluster").distinct().count()).isBetween(22L, 26L);
    assertThat(adjusted).isGreaterThanOrEqualTo(0.95);
    assertThat(run.out()).containsPattern("speaker clusters \\(chosen, stability 0\\.\\d\\d, next");
  }

  private static double index(Dataset<Row> rows) {
    return rows.selectExpr("adjusted_rand_index(voice, speaker_cluster)").first().getDouble(0);
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
