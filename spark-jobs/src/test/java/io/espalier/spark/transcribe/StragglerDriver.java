package io.espalier.spark.transcribe;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.espalier.nn.Watch;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.stage.StageJob;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.RowStamp;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import io.espalier.tools.benchmark.DoubleStage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A driver in a process of its own: one recording of ten minutes among a hundred of six seconds,
 * and a stage that takes time in proportion to them.
 */
final class StragglerDriver {
  static final double LONG_S = 600;
  static final double SHORT_S = 6;
  static final int SHORT = 100;

  /** Seconds of audio that are computed in a second. */
  static final double SPEED = 15;

  private StragglerDriver() {}

  /**
   * Arguments: master, working directory, rows of a commit. Prints the seconds from the start of
   * the first row to the end of the last.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    Map<String, String> properties =
        DriverProcess.properties(arguments[0], directory.resolve("warehouse").toString());
    try (SparkSession spark = SparkSessions.create("straggler", properties)) {
      // Executors load their classes first: that is no part of the schedule.
      run(spark, "warm_up", 2, "2000", 1000);
      StageSummary summary = run(spark, "straggler", SHORT + 1, arguments[2], SPEED);
      Row span = spark.table("straggler").agg(min("score"), max("mean_logprob")).first();
      System.out.printf(
          Locale.ROOT,
          "rows=%d%nwall=%.2f%nspan=%.2f%n",
          summary.written(),
          summary.wallS(),
          (span.getDouble(1) - span.getDouble(0)) / 1000);
    }
  }

  private static StageSummary run(
      SparkSession spark, String table, int rows, String commitEvery, double speed) {
    spark
        .range(rows)
        .select(
            col("id").cast("string").as("utt_id"),
            lit(null).cast("string").as("audio"),
            lit(0.0).as("start_s"),
            when(col("id").equalTo(rows / 2), LONG_S).otherwise(SHORT_S).as("end_s"))
        .writeTo(table + "_manifest")
        .createOrReplace();
    Map<String, String> options =
        Map.of(
            "manifest",
            table + "_manifest",
            "table",
            table,
            "bundle",
            "none",
            "commit-every",
            commitEvery);
    StageProgress silent =
        new StageProgress(new PrintWriter(Writer.nullWriter()), false, Duration.ofSeconds(1));
    return new StageJob(
            spark,
            TranscribeOptions.of(SessionConf.of(Map.of(), options)).stage(),
            new DoubleStage("sleep", (schema, runId) -> new Sleeper(schema, speed)),
            silent)
        .run();
  }

  /** Writes when it began and ended each row, in milliseconds of the machine's clock. */
  private record Sleeper(StructType schema, double speed) implements RowMaker {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> rows(
        Iterator<DecodedRow> audio,
        TaskDevice device,
        TaskScope scope,
        TaskCounters counters,
        Watch watch) {
      RowStamp stamp = new RowStamp(schema, "run", "sleep", device.name());
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return audio.hasNext();
        }

        @Override
        public Row next() {
          DecodedRow row = audio.next();
          double seconds = row.row().endS().orElseThrow();
          double begin = (double) System.currentTimeMillis();
          sleep(seconds / speed);
          return stamp
              .ok(row.row(), List.of())
              .set("duration_s", seconds)
              .set("gflops", parts -> parts.set("total", 1.0).set("dense", 1.0))
              .set("score", begin)
              .set("mean_logprob", (double) System.currentTimeMillis())
              .build();
        }
      };
    }

    private static void sleep(double seconds) {
      long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }
}
