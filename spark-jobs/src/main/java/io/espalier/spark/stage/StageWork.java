package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.quarantine.Quarantine;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.task.TaskCounters;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the rows that a stage lacks.
 *
 * @param pending rows of the manifest
 * @param missing their number, at least 1
 * @param bytesPerRow mean size of the sound files that stand in the manifest itself
 * @param schema of the rows to make
 */
record StageWork(
    Dataset<Row> pending, long missing, double bytesPerRow, RowMaker maker, StructType schema) {
  private static final Logger LOG = LoggerFactory.getLogger(StageWork.class);
  private static final int SAMPLE = 200;

  /** Rows for which a task is worth while, where any number of executors may come. */
  private static final int ROWS_OF_SMALL_TASK = 20;

  /** The mean size of the sound files that stand in a manifest, as its first rows have it. */
  static double bytesPerRow(CheckedManifest manifest) {
    if (manifest.count() <= SAMPLE) {
      return 0; // One slice in any case.
    }
    Row mean =
        manifest
            .rows()
            .select(length(col("audio.bytes")).as("bytes"))
            .limit(SAMPLE)
            .agg(avg("bytes"))
            .first();
    return mean.isNullAt(0) ? 0 : mean.getDouble(0);
  }

  /**
   * Computes and commits.
   *
   * @param stop whether to end with what is finished
   * @param committed told of the sums of each commit
   */
  void run(
      StageOptions options,
      Stage stage,
      StageWriter writer,
      TaskCounters counters,
      BooleanSupplier stop,
      Consumer<StageSums> committed) {
    String job = options.table() + "\n" + stage.fingerprint();
    try (Quarantine quarantine =
        Quarantine.begin(pending.sparkSession().sparkContext(), options.quarantine(), job)) {
      run(options, stage, writer, counters, stop, committed, quarantine);
      if (!stop.getAsBoolean()) {
        quarantine.done();
      }
    }
  }

  private void run(
      StageOptions options,
      Stage stage,
      StageWriter writer,
      TaskCounters counters,
      BooleanSupplier stop,
      Consumer<StageSums> committed,
      Quarantine quarantine) {
    SparkSession spark = pending.sparkSession();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    StageSlots slots = StageSlots.of(spark.sparkContext(), options.tasks());
    int every = options.commits().every();
    int expected = slots.expected(Math.max(1, every / ROWS_OF_SMALL_TASK));
    SlicePlan plan = SlicePlan.of(missing, bytesPerRow, every, options.partitions(), expected);
    int threads = slots.threads(options.tasks().threads(), plan.concurrent(slots.now()));
    LOG.info(
        "{} rows to compute in {} slices of {} tasks with {} threads",
        missing,
        plan.slices(),
        plan.tasks(),
        threads);
    SliceTask.Work work =
        new SliceTask.Work(
            options.tasks().withThreads(threads),
            List.copyOf(stage.keep()),
            maker,
            schema,
            context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            quarantine.ward());
    StartWatch watch = new StartWatch(options.startTimeout(), slots.asked());
    context.setJobDescription("divide rows for " + stage.name());
    StageSlices slices =
        StageSlices.of(
            pending, plan, new SliceTask(context.broadcast(work), counters), slots.profile());
    Commits commits = new Commits(writer, options.commits(), committed);
    new SliceRunner(context, stage.name(), slots, watch, commits, quarantine, stop).run(slices);
  }
}
