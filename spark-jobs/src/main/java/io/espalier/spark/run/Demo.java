package io.espalier.spark.run;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.search.DecodingKeys;
import io.espalier.spark.bundle.BundleCard;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.context.BundleContexts;
import io.espalier.spark.context.ContextJobOptions;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.context.ContextStage;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.stage.StageKeys;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.spark.transcribe.TranscribeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Transcribes the demo recordings with the demo model, and computes its results by language and
 * task.
 */
public final class Demo {
  private static final List<String> FIELDS =
      List.of(
          "variant",
          "language",
          "task",
          "utterances",
          "wer",
          "cer",
          "bleu",
          "gflops_total",
          "gflops_dense",
          "rtfx");

  private static final String RESULTS =
      """
      SELECT
        '%s' AS variant,
        coalesce(language, 'all') AS language,
        task,
        count(*) AS utterances,
        count_if(status = 'failed') AS failed,
        if(task = 'asr', corpus_wer(reference, coalesce(hypothesis, '')), NULL) AS wer,
        if(task = 'asr', corpus_cer(reference, coalesce(hypothesis, '')), NULL) AS cer,
        if(task = 'asr', NULL, corpus_bleu(reference, coalesce(hypothesis, ''))) AS bleu,
        avg(gflops.total) AS gflops_total,
        avg(gflops.dense) AS gflops_dense,
        sum(duration_s)
          / (sum(timing.encoder_ms + timing.decoder_ms) / 1000) AS rtfx
      FROM %s WHERE run_id = '%s'
      GROUP BY task, language GROUPING SETS ((task, language), (task))
      ORDER BY task, language IS NOT NULL, language
      """;

  /** Suffix of the name of the contexts table. */
  private static final String CONTEXTS = "_contexts";

  private final SparkSession spark;
  private final Path data;
  private final String table;
  private final String bundle;

  /**
   * @param data directory with {@code manifest.parquet} and {@code bundle}
   * @param table where the transcripts go
   * @throws UsageException if the data are not there
   */
  public Demo(SparkSession spark, Path data, String table) {
    this.spark = spark;
    this.data = data.toAbsolutePath();
    this.table = table;
    if (!Files.isRegularFile(manifest())) {
      throw new UsageException(
          ("Cannot find the demo data: no manifest.parquet in %s. Give its"
                  + " directory with --data")
              .formatted(data));
    }
    this.bundle = Storage.uri(this.data.resolve("bundle"));
  }

  private Path manifest() {
    return data.resolve("manifest.parquet");
  }

  /** The description of the model in the bundle. */
  public String model() {
    return BundleCard.read(spark, bundle).name();
  }

  /** One way to run the model, and what came of it. */
  public record Run(String variant, StageSummary summary) {}

  /**
   * Transcribes what the table does not have yet: with all modules, and with those that the gates
   * leave open if the bundle has gates.
   *
   * @param options of {@code transcribe} by name, on top of the demo's own
   */
  public List<Run> transcribe(Map<String, String> options, StageProgress progress) {
    List<Run> runs = new ArrayList<>();
    Map<String, String> open = new HashMap<>(options);
    open.put(DecodingKeys.GATES.name(), "open");
    runs.add(new Run("dense", transcribeOnce(open, progress)));
    if (BundleCard.read(spark, bundle).digests().containsKey("gates.safetensors")) {
      Map<String, String> learned = new HashMap<>(options);
      learned.put(DecodingKeys.GATES.name(), "learned");
      if (contexts(progress)) {
        learned.put(TranscribeKeys.WITH_CONTEXTS.name(), table + CONTEXTS);
      }
      runs.add(new Run("pruned", transcribeOnce(learned, progress)));
    }
    return runs;
  }

  /** Computes contexts if the bundle has encoders; whether it has. */
  private boolean contexts(StageProgress progress) {
    EspalierConf conf =
        SessionConf.of(
            spark,
            Map.of(
                StageKeys.MANIFEST.name(),
                Storage.uri(manifest()),
                StageKeys.BUNDLE.name(),
                bundle,
                ContextKeys.CONTEXTS.name(),
                table + CONTEXTS));
    if (!BundleContexts.hasEncoders(spark, conf)) {
      return false;
    }
    ContextJobOptions job = ContextJobOptions.of(conf);
    new ContextStage(spark, job, BundleContexts.of(spark, conf, job), progress).run();
    return true;
  }

  private StageSummary transcribeOnce(Map<String, String> options, StageProgress progress) {
    Map<String, String> all = new HashMap<>(options);
    all.put(StageKeys.MANIFEST.name(), Storage.uri(manifest()));
    all.put(StageKeys.BUNDLE.name(), bundle);
    all.put(TranscribeKeys.TABLE.name(), table);
    all.putIfAbsent(TranscribeKeys.KEEP.name(), "speaker_id,condition,format");
    EspalierConf conf = SessionConf.of(spark, all);
    return new Transcribe(
            spark,
            TranscribeOptions.of(conf),
            BundleTranscribers.of(spark, conf, new OwsmOpener()),
            progress)
        .run();
  }

  /** Quality and cost of runs; rows of language {@code all} are over all languages of the task. */
  public Dataset<Row> results(List<Run> runs) {
    return runs.stream()
        .map(run -> spark.sql(RESULTS.formatted(run.variant(), table, run.summary().runId())))
        .reduce(Dataset::union)
        .orElseThrow()
        .cache();
  }

  /** The results as an aligned table. */
  public static String table(Dataset<Row> results) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "variant  language  task    utterances  failed   WER %   CER %   BLEU"
            + "  GFLOPs/utt  dense  saved %    RTFx");
    for (Row row : results.collectAsList()) {
      double total = number(row, "gflops_total");
      double dense = number(row, "gflops_dense");
      lines.add(
          String.format(
              Locale.ROOT,
              "%-7s  %-8s  %-6s  %10d  %6d  %6s  %6s  %5s  %10s  %5s  %7s  %6s",
              row.getAs("variant"),
              row.getAs("language"),
              row.getAs("task"),
              row.<Long>getAs("utterances"),
              row.<Long>getAs("failed"),
              text(100 * number(row, "wer")),
              text(100 * number(row, "cer")),
              text(number(row, "bleu")),
              text(total),
              text(dense),
              text(saved(total, dense)),
              text(number(row, "rtfx"))));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /** Writes the results as a JSON array with one object per row of the table. */
  public static void writeJson(Dataset<Row> results, Path file) throws IOException {
    Column object = struct(FIELDS.stream().map(functions::col).toArray(Column[]::new));
    String rows =
        results
            .select(to_json(object, Map.of("ignoreNullFields", "false")))
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    Files.writeString(file, rows);
  }

  /** Percent, without the last bits in which the two sums differ. */
  private static double saved(double total, double dense) {
    return Math.round(1000 * (1 - total / dense)) / 10.0;
  }

  private static double number(Row row, String name) {
    Double value = row.getAs(name);
    return value == null ? Double.NaN : value;
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.1f", value);
  }
}
