package io.espalier.spark;

import static org.apache.spark.sql.functions.col;

import io.espalier.spark.TranscribeTask.TranscribeIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The transcribe stage: a manifest goes in, one row per utterance comes out.
 *
 * <p>What a run still lacks is spread over groups by the hash of its ids, in one shuffle that all
 * groups share. Each group is one Spark job; its rows come to the driver, which text can afford,
 * and go to the table in one commit. So nothing is computed twice by a lazy plan, no task writes
 * anything, and a kill costs at most the group that was under way.
 */
public final class Transcribe {
  private static final List<String> KEY = List.of("run_id", "utt_id");

  /** Keeps the tasks that write a group far below Spark's largest message. */
  private static final int ROWS_PER_WRITER = 500;

  private final SparkSession spark;
  private final TranscribeOptions options;
  private final TranscriberFactory factory;
  private final TranscribeProgress progress;
  private final String fingerprint;

  /**
   * @param factory opens the model in the tasks
   * @param progress is told what happens
   */
  public Transcribe(
      SparkSession spark,
      TranscribeOptions options,
      TranscriberFactory factory,
      TranscribeProgress progress) {
    this.spark = spark;
    this.options = options;
    this.factory = factory;
    this.progress = progress;
    fingerprint =
        Fingerprint.ofJob(
            factory.fingerprint(), options.language(), options.task(), Environment.version());
  }

  /**
   * Computes and writes what is missing.
   *
   * @throws ConfigurationException if it cannot be done as asked; nothing is written then
   */
  public TranscribeSummary run() {
    long start = System.nanoTime();
    Manifest.Checked scope = scope();
    Dataset<Row> manifest =
        TranscribeRun.withDefaults(scope.rows(), options.language(), options.task());
    List<String> keep = keep();
    StructType schema = TranscriptSchema.with(keep, manifest.schema());
    TableRef table = TableRef.of(spark, options.table());
    TranscribeRun run = TranscribeRun.of(spark, table, options.runId(), fingerprint);
    Tables.ensure(spark, table, schema);
    Dataset<Row> pending = run.pending(manifest);
    if (run.retries(pending)) {
      requireReplaceable(table, schema);
    }

    long all = scope.count();
    long missing = run.prior().isPresent() ? pending.count() : all;
    TranscribeTally tally = new TranscribeTally(schema);
    if (missing > 0) {
      Groups groups = groups(pending, missing, new TranscribeIdentity(run.id(), fingerprint, keep));
      try (TranscribeProgress.Display display = progress.start(spark, groups.counters(), missing)) {
        for (int group = 0; group < groups.count(); group++) {
          List<Row> rows = groups.compute(group);
          commit(table, schema, rows);
          tally.add(rows);
          display.committed(tally.written());
        }
      }
    }
    requireAll(missing, tally.written());
    double wallS = (System.nanoTime() - start) / 1e9;
    return tally.summary(run.id(), fingerprint, options, all, wallS);
  }

  private Manifest.Checked scope() {
    Manifest.Checked manifest = Manifest.open(spark, options.manifest());
    if (options.limit() == 0) {
      return manifest;
    }
    // Ids alone are sorted, not the sound files that may stand beside them.
    Dataset<Row> first = manifest.rows().select("utt_id").orderBy("utt_id").limit(options.limit());
    return new Manifest.Checked(
        manifest.rows().join(first, new String[] {"utt_id"}, "left_semi"),
        Math.min(options.limit(), manifest.count()));
  }

  private List<String> keep() {
    Set<String> there = new HashSet<>(List.of("utt_id", "reference"));
    return options.keep().stream().filter(name -> !there.contains(name)).toList();
  }

  private Groups groups(Dataset<Row> pending, long missing, TranscribeIdentity identity) {
    int count = Math.toIntExact((missing + options.commitEvery() - 1) / options.commitEvery());
    TranscribeSlots slots = TranscribeSlots.of(spark.sparkContext(), options, missing / count);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    TranscribeCounters counters = TranscribeCounters.register(spark.sparkContext());
    TranscribeTask task =
        new TranscribeTask(
            options.work().withThreads(slots.threads()),
            factory,
            identity,
            context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            counters);
    JavaRDD<Row> transcripts =
        pending
            .repartition(count * slots.partitions(), col("utt_id"))
            .toJavaRDD()
            .mapPartitions(task);
    return new Groups(
        context,
        slots.profile().map(transcripts::withResources).orElse(transcripts),
        slots.partitions(),
        count,
        counters);
  }

  /**
   * The rows that are missing, cut into groups.
   *
   * @param transcripts computes them, {@code partitions} partitions for each group
   */
  private record Groups(
      JavaSparkContext context,
      JavaRDD<Row> transcripts,
      int partitions,
      int count,
      TranscribeCounters counters) {
    /** Computes one group, once. */
    List<Row> compute(int group) {
      context.setJobDescription("transcribe group %d of %d".formatted(group + 1, count));
      int[] own = IntStream.range(group * partitions, (group + 1) * partitions).toArray();
      List<Row> rows = new ArrayList<>();
      Arrays.stream(transcripts.collectPartitions(own)).forEach(rows::addAll);
      context.setJobDescription("commit group %d of %d".formatted(group + 1, count));
      return rows;
    }
  }

  private void commit(TableRef table, StructType schema, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Dataset<Row> written = local(rows, schema);
    int attempt = schema.fieldIndex("attempt");
    if (rows.stream().anyMatch(row -> row.getInt(attempt) > 1)) {
      Tables.upsert(table, written, KEY);
    } else {
      Tables.append(table, written);
    }
  }

  /** Finds out before the work whether failed rows can be replaced after it. */
  private void requireReplaceable(TableRef table, StructType schema) {
    if (table instanceof TableRef.InCatalog) {
      Tables.upsert(table, local(List.of(), schema), KEY);
    }
  }

  private Dataset<Row> local(List<Row> rows, StructType schema) {
    int writers = 1 + rows.size() / ROWS_PER_WRITER;
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, writers), schema);
  }

  private void requireAll(long expected, long written) {
    if (expected != written) {
      throw new IllegalStateException(
          "Cannot finish: %s had %d rows to transcribe, and then %d. Run again when it is at rest"
              .formatted(options.manifest(), expected, written));
    }
  }
}
