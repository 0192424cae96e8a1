package io.espalier.spark.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.score.ScoreKeys.FailedRows;
import io.espalier.spark.score.ScoreKeys.MetricChoice;
import io.espalier.spark.score.ScoreKeys.TextNormalizer;
import io.espalier.spark.table.Quoted;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import io.espalier.spark.task.RowStatus;
import io.espalier.spark.transcribe.TranscriptSchema;
import io.espalier.udfs.metrics.Chrf;
import io.espalier.udfs.metrics.ChrfOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;

/** Computes the figures of each transcript from its reference. */
final class UtteranceScores {
  /** Columns of the table of scores, in order; passed-through columns follow. */
  static final List<String> COLUMNS =
      List.of(
          "utt_id",
          "run_id",
          "status",
          "error_code",
          "language",
          "task",
          "speaker_cluster",
          "reference",
          "hypothesis",
          "words",
          "wer",
          "characters",
          "cer",
          "bleu",
          "sentence_bleu",
          "chrf",
          "sentence_chrf",
          "duration_s",
          "gflops_total",
          "gflops_dense",
          "wer_signature",
          "bleu_signature",
          "chrf_signature");

  private static final int EXAMPLES = 5;
  private static final List<String> EDITS =
      List.of("hits", "substitutions", "deletions", "insertions");

  private final SparkSession spark;
  private final ScoreOptions options;

  UtteranceScores(SparkSession spark, ScoreOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * The transcripts with what they share with their references: {@code words}, {@code characters},
   * {@code bleu} and {@code chrf}, null where they do not count. Costly, so to be kept.
   *
   * @throws UsageException if a run is missing or a row is there twice
   */
  Dataset<Row> compared() {
    Dataset<Row> rows = withReferences(transcripts());
    Column failed = col("status").equalTo(RowStatus.FAILED);
    Column unheard = lit(options.failedRows() == FailedRows.EMPTY ? "" : null).cast("string");
    Column hypothesis = when(failed, unheard).otherwise(col("hypothesis"));
    Column translated = coalesce(col("task"), lit("")).startsWith("st_");
    boolean all = options.metrics() == MetricChoice.ALL;
    Column heard = all ? hypothesis : when(translated.unary_$bang(), hypothesis);
    Column translation = all ? hypothesis : when(translated, hypothesis);
    Column spoken = normalized(col("reference"));
    Column reference = col("reference");
    String tokenizer = options.bleu().tokenizer().label();
    return rows.withColumn("words", call_udf("word_edits", spoken, normalized(heard)))
        .withColumn("characters", call_udf("char_edits", spoken, normalized(heard)))
        .withColumn(
            "bleu",
            call_udf(
                "bleu_stats",
                reference,
                translation,
                lit(tokenizer),
                lit(options.bleu().lowercase())))
        .withColumn("chrf", chrf().apply(reference, translation));
  }

  /** Adds the vectors of {@link StatisticsKind}, the scores per row and the signatures. */
  Dataset<Row> scored(Dataset<Row> compared) {
    Column words = col("words").isNotNull();
    Column translation = col("bleu").isNotNull();
    List<Column> edits = new ArrayList<>();
    for (String of : List.of("words", "characters")) {
      EDITS.forEach(name -> edits.add(col(of).getField(name)));
    }
    Column counts =
        concat(
            array(col("bleu.sys_len"), col("bleu.ref_len")),
            col("bleu.correct"),
            col("bleu.total"),
            col("chrf"));
    MetricFunctions functions = MetricFunctions.ofSentences(options);
    Dataset<Row> rows =
        compared
            .withColumn(
                StatisticsKind.RECOGNITION.column(),
                when(words, array(edits.toArray(Column[]::new))))
            .withColumn(StatisticsKind.TRANSLATION.column(), when(translation, counts))
            .withColumn("gflops_total", col("gflops.total"))
            .withColumn("gflops_dense", col("gflops.dense"))
            .withColumn("wer_signature", when(words, options.werSignature()))
            .withColumn("bleu_signature", when(translation, options.bleuSignature()))
            .withColumn("chrf_signature", when(translation, options.chrfSignature()));
    return rows.withColumn("wer", functions.score(CorpusMetric.WER))
        .withColumn("cer", functions.score(CorpusMetric.CER))
        .withColumn("sentence_bleu", functions.score(CorpusMetric.BLEU))
        .withColumn("sentence_chrf", functions.score(CorpusMetric.CHRF));
  }

  /** The rows of the table of scores. */
  static Dataset<Row> table(Dataset<Row> scored) {
    Set<String> ours = Set.copyOf(TranscriptSchema.columnNames());
    Set<String> helpers =
        Set.of(StatisticsKind.RECOGNITION.column(), StatisticsKind.TRANSLATION.column());
    List<Column> columns = new ArrayList<>(COLUMNS.stream().map(Quoted::column).toList());
    Arrays.stream(scored.columns())
        .filter(name -> !ours.contains(name) && !COLUMNS.contains(name) && !helpers.contains(name))
        .forEach(name -> columns.add(Quoted.column(name)));
    return scored.select(columns.toArray(Column[]::new));
  }

  private Dataset<Row> transcripts() {
    Dataset<Row> all = TableKind.TRANSCRIPTS.read(spark, options.transcripts());
    Dataset<Row> rows =
        options.runs().isEmpty() ? all : all.filter(col("run_id").isin(options.runs().toArray()));
    List<String> present =
        rows.select("run_id").distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
    List<String> missing = options.runs().stream().filter(run -> !present.contains(run)).toList();
    if (!missing.isEmpty() || present.isEmpty()) {
      List<Row> there = all.select("run_id").distinct().orderBy("run_id").takeAsList(20);
      throw new UsageException(
          "Cannot find run: %s in %s, which has %s"
              .formatted(
                  missing.isEmpty() ? "any" : String.join(", ", missing),
                  options.transcripts(),
                  there.stream().map(row -> row.getString(0)).toList()));
    }
    requireUnique(rows, List.of("run_id", "utt_id"), options.transcripts());
    return rows;
  }

  private Dataset<Row> withReferences(Dataset<Row> transcripts) {
    if (options.references().isEmpty()) {
      return transcripts;
    }
    String name = options.references().get();
    Dataset<Row> table = Tables.read(spark, TableRef.of(spark, name));
    Dataset<Row> references =
        table.select(text(table, "utt_id", name), text(table, "reference", name));
    requireUnique(references, List.of("utt_id"), name);
    return transcripts.drop("reference").join(references, new String[] {"utt_id"}, "left");
  }

  private static Column text(Dataset<Row> table, String wanted, String name) {
    List<String> columns = Arrays.asList(table.columns());
    return columns.stream()
        .filter(wanted::equalsIgnoreCase)
        .findFirst()
        .map(column -> Quoted.column(column).cast("string").as(wanted))
        .orElseThrow(
            () ->
                new UsageException(
                    "Cannot read references: %s has columns %s, must have utt_id and reference"
                        .formatted(name, columns)));
  }

  private static void requireUnique(Dataset<Row> rows, List<String> key, String name) {
    Column[] columns = key.stream().map(Quoted::column).toArray(Column[]::new);
    List<Row> repeated =
        rows.groupBy(columns)
            .agg(count(lit(1)).as("times"))
            .filter("times > 1")
            .takeAsList(EXAMPLES);
    if (!repeated.isEmpty()) {
      throw new UsageException(
          "Cannot score: %s has more than one row for %s %s"
              .formatted(
                  name,
                  String.join(", ", key),
                  repeated.stream().map(row -> row.mkString(" ")).toList()));
    }
  }

  private Column normalized(Column text) {
    return options.normalizer() == TextNormalizer.NONE
        ? text
        : call_udf(
            "normalize_text", text, lit(options.normalizer().name().toLowerCase(Locale.ROOT)));
  }

  private org.apache.spark.sql.expressions.UserDefinedFunction chrf() {
    ChrfOptions how = options.chrf();
    UDF2<String, String, long[]> function =
        (reference, hypothesis) ->
            reference == null || hypothesis == null
                ? null
                : Chrf.statistics(List.of(reference), hypothesis, how);
    return udf(function, DataTypes.createArrayType(DataTypes.LongType, false));
  }
}
