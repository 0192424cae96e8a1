package io.espalier.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class MillionRowsTest {
  private static final long ROWS = 1_000_000;
  private static final AtomicLong PEAK = new AtomicLong();

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start();
    spark.sparkContext().addSparkListener(new PeakListener());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void corpusBleuTakesTheSameMemoryForAMillionRowsAsForAThousand(@TempDir Path folder) {
    String few = write(folder.resolve("few"), 1000);
    String many = write(folder.resolve("many"), ROWS);
    query("count(r), count(h)", few);
    double fewScore = query("corpus_bleu(r, h)", few);
    long fewPeak = peak();
    double count = seconds("count(r), count(h)", many);
    peak();
    long start = System.nanoTime();
    double manyScore = query("corpus_bleu(r, h)", many);
    double bleu = (System.nanoTime() - start) / 1e9;
    long manyPeak = peak();
    double wer = seconds("corpus_wer(r, h)", many);
    double chrf = seconds("corpus_chrf(r, h)", many);
    System.out.printf(
        Locale.ROOT,
        "%d rows of 12 words, local[2]: count %.0f rows/s, corpus_bleu %.0f, corpus_wer %.0f,"
            + " corpus_chrf %.0f; peak of a task %d bytes at 1000 rows, %d at %d%n",
        ROWS,
        ROWS / count,
        ROWS / bleu,
        ROWS / wer,
        ROWS / chrf,
        fewPeak,
        manyPeak,
        ROWS);
    assertThat(manyPeak).isEqualTo(fewPeak);
    assertThat(manyScore)
        .as("the same thousand rows, a thousand times")
        .isCloseTo(fewScore, within(1e-9));
  }

  private static String write(Path folder, long rows) {
    spark
        .range(0, rows, 1, 4)
        .selectExpr("id % 1000 AS id")
        .selectExpr(
            "concat('The committee of region ', id % 97, ' met for ', id % 13, ' hours, and then"
                + " went home.') AS r",
            "concat('The committee of region ', id % 89, ' met for ', id % 11, ' hours and went"
                + " home.') AS h")
        .write()
        .parquet(folder.toString());
    return folder.toString();
  }

  private static double query(String aggregates, String folder) {
    return ((Number)
            spark.sql("SELECT %s FROM parquet.`%s`".formatted(aggregates, folder)).head().get(0))
        .doubleValue();
  }

  private static double seconds(String aggregates, String folder) {
    long start = System.nanoTime();
    query(aggregates, folder);
    return (System.nanoTime() - start) / 1e9;
  }

  private static long peak() {
    try {
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new AssertionError("Cannot wait for Spark's listeners", e);
    }
    return PEAK.getAndSet(0);
  }

  private static final class PeakListener extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      PEAK.accumulateAndGet(end.taskMetrics().peakExecutionMemory(), Math::max);
    }
  }
}
