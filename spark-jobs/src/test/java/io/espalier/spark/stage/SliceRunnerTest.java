package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.quarantine.Quarantine;
import io.espalier.spark.quarantine.QuarantineOptions;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.commit.RunTable;
import io.espalier.spark.task.TaskCounters;
import io.espalier.spark.task.TaskOptions;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SliceRunnerTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final Duration LONG = Duration.ofHours(1);
  private static final CountDownLatch HELD = new CountDownLatch(2);
  private static final CountDownLatch RELEASED = new CountDownLatch(1);

  @Test
  void aStageThatGetsNoSlotEnds() throws InterruptedException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
    StageSlices slices =
        StageSlices.of(
            SPARK
                .range(4)
                .select(
                    col("id").cast("string").as("utt_id"),
                    struct(lit(null).cast("binary").as("bytes"), lit("p").as("path")).as("audio"),
                    lit(0.0).as("start_s"),
                    lit(1.0).as("end_s")),
            new SlicePlan(4, 1, 2, 2),
            new SliceTask(null, TaskCounters.register(SPARK.sparkContext())),
            Optional.empty());
    try (Background<Void> others =
        Background.start(
            "others",
            () -> {
              context.parallelize(List.of(1, 2), 2).foreach(number -> hold());
              return null;
            })) {
      try {
        HELD.await();
        SliceRunner runner = runner(context);
        assertThatThrownBy(() -> runner.run(slices))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("Cannot start: in 1 s Spark gave no slot");
      } finally {
        RELEASED.countDown();
      }
      others.get();
    }
  }

  private static SliceRunner runner(JavaSparkContext context) {
    return new SliceRunner(
        context,
        "test",
        StageSlots.of(
            SPARK.sparkContext(), TaskOptions.of(SessionConf.of(Map.of(), Map.of()), "cpu")),
        new StartWatch(Duration.ofSeconds(1), "1 CPU"),
        commits(),
        Quarantine.begin(
            SPARK.sparkContext(),
            new QuarantineOptions(Duration.ZERO, 0, Path.of("unused")),
            "test"),
        () -> false);
  }

  private static void hold() throws InterruptedException {
    HELD.countDown();
    RELEASED.await();
  }

  private static Commits commits() {
    StructType schema = TranscriptSchema.with(List.of(), new StructType());
    return new Commits(
        new StageWriter(
            SPARK,
            TableRef.of(SPARK, "no_slot"),
            new Uncommitted(),
            schema,
            new Snapshots(SPARK, LONG, 1)),
        new CommitOptions(1, LONG, LONG, 1),
        sums -> {});
  }

  /** A table that nothing may come to. */
  private static final class Uncommitted implements RunTable {
    @Override
    public Optional<Dataset<Row>> claim() {
      throw new AssertionError("claimed");
    }

    @Override
    public void add(Dataset<Row> rows, boolean replaces) {
      throw new AssertionError("added");
    }

    @Override
    public void requireReplaceable(Dataset<Row> none) {
      throw new AssertionError("asked");
    }
  }
}
