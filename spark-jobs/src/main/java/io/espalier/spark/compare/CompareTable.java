package io.espalier.spark.compare;

import com.google.gson.GsonBuilder;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.score.TextTable;
import io.espalier.spark.table.PartitionedTable;
import io.espalier.spark.table.TableRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The quality and cost of all variants, one row per variant. */
public final class CompareTable {
  private static final String COMPUTE_S = "compute_s";

  private static final List<String> FIGURES =
      List.of(
          "wer",
          "wer_low",
          "wer_high",
          "bleu",
          "bleu_low",
          "bleu_high",
          "wer_p_value",
          "bleu_p_value",
          "wer_p_like",
          "bleu_p_like",
          "gflops_total",
          "gflops_encoder",
          "gflops_decoder",
          "gflops_context",
          "gflops_dense",
          "saved_fraction",
          "rtfx",
          COMPUTE_S,
          "open_encoder",
          "open_decoder");

  private static final String P_VALUE = "_p_value";
  private static final String P_LIKE = "_p_like";

  private final List<Map<String, Object>> rows;

  /**
   * The results of {@code espalier score}.
   *
   * @param groups totals of each run
   * @param comparisons of the first run with each other one, and of baselines with what they are
   *     like
   */
  record Scores(Dataset<Row> groups, Dataset<Row> comparisons) {
    private Chances chances() {
      Map<String, Double> chances = new HashMap<>();
      for (Row row : comparisons.collectAsList()) {
        String pair = row.<String>getAs("run_a") + "/" + row.<String>getAs("run_b");
        chances.put(pair + "/" + row.<String>getAs("metric"), row.getAs("p_value"));
      }
      return new Chances(chances);
    }
  }

  /** The probability that differences as large as those of two runs are chance. */
  private record Chances(Map<String, Double> byPairAndMetric) {
    /** Null if the two were not compared. */
    Double of(String first, String second, String metric) {
      return byPairAndMetric.get(first + "/" + second + "/" + metric);
    }
  }

  private CompareTable(List<Map<String, Object>> rows) {
    this.rows = rows;
  }

  /**
   * Collects the table and writes it.
   *
   * @param runs run of each variant
   * @param gates how each variant was gated
   */
  static CompareTable write(
      SparkSession spark,
      Scores scores,
      List<Variant> variants,
      Map<String, String> runs,
      Map<String, String> gates,
      String table) {
    Map<String, Row> byRun =
        scores.groups().collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getAs("run_id"), Function.identity()));
    Chances chances = scores.chances();
    String first = runs.get(variants.get(0).name());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Variant variant : variants) {
      boolean learned = variant.gates().equals("learned");
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("place", rows.size() + 1);
      values.put("variant", variant.name());
      values.put("context", learned ? variant.context() : "none");
      values.put("target", learned ? variant.target().orElse(null) : null);
      String run = runs.get(variant.name());
      Row score = byRun.get(run);
      for (String name : FIGURES) {
        String metric = name.replaceFirst("_p_.*", "");
        values.put(
            name,
            name.endsWith(P_VALUE)
                ? chances.of(first, run, metric)
                : name.endsWith(P_LIKE)
                    ? chances.of(runs.get(variant.like()), run, metric)
                    : name.equals(COMPUTE_S) ? computeS(score) : score.getAs(name));
      }
      values.put("model", variant.model());
      values.put("gates", gates.get(variant.name()));
      values.put("options", options(variant));
      values.put("run_id", run);
      rows.add(values);
    }
    CompareTable result = new CompareTable(rows);
    new PartitionedTable(TableRef.of(spark, table), List.of("variant"))
        .overwrite(result.dataset(spark));
    return result;
  }

  /** Seconds of computing for all utterances; null if none was computed. */
  private static Double computeS(Row score) {
    Double rtfx = score.getAs("rtfx");
    return rtfx == null ? null : score.<Double>getAs("audio_s") / rtfx;
  }

  private static String options(Variant variant) {
    return variant.options().entrySet().stream()
        .map(option -> option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(" "));
  }

  private Dataset<Row> dataset(SparkSession spark) {
    StructType schema = new StructType();
    for (String name : rows.get(0).keySet()) {
      boolean number = FIGURES.contains(name) || name.equals("target");
      schema =
          schema.add(
              name,
              number
                  ? DataTypes.DoubleType
                  : name.equals("place") ? DataTypes.IntegerType : DataTypes.StringType);
    }
    List<Row> values = rows.stream().map(row -> RowFactory.create(row.values().toArray())).toList();
    return spark.createDataFrame(values, schema);
  }

  /** Every run that is in the table. */
  public List<String> runs() {
    return rows.stream().map(row -> row.get("run_id").toString()).distinct().toList();
  }

  /** The table for people. */
  public String text() {
    TextTable table = new TextTable();
    table.words("variant");
    table.words("context");
    List.of("target", "WER % [95 %]", "p", "p like", "BLEU [95 %]", "p ", "p like ")
        .forEach(table::figures);
    List.of("GFLOPs", "encoder", "decoder", "context").forEach(table::figures);
    List.of("saved", "saved %", "RTFx", "s", "open enc. %", "open dec. %").forEach(table::figures);
    for (Map<String, Object> row : rows) {
      table.row(
          List.of(
              row.get("variant").toString(),
              row.get("context").toString(),
              figure(row.get("target"), 1, 2),
              interval(row, "wer", 100),
              figure(row.get("wer_p_value"), 1, 3),
              figure(row.get("wer_p_like"), 1, 3),
              interval(row, "bleu", 1),
              figure(row.get("bleu_p_value"), 1, 3),
              figure(row.get("bleu_p_like"), 1, 3),
              figure(row.get("gflops_total"), 1, 3),
              figure(row.get("gflops_encoder"), 1, 3),
              figure(row.get("gflops_decoder"), 1, 3),
              figure(row.get("gflops_context"), 1, 3),
              figure(number(row, "gflops_dense") - number(row, "gflops_total"), 1, 3),
              figure(row.get("saved_fraction"), 100, 1),
              figure(row.get("rtfx"), 1, 1),
              figure(row.get(COMPUTE_S), 1, 1),
              figure(row.get("open_encoder"), 100, 1),
              figure(row.get("open_decoder"), 100, 1)));
    }
    return table.toString();
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Double value ? value : Double.NaN;
  }

  private static String interval(Map<String, Object> row, String name, double factor) {
    return "%s [%s, %s]"
        .formatted(
            figure(row.get(name), factor, 1),
            figure(row.get(name + "_low"), factor, 1),
            figure(row.get(name + "_high"), factor, 1));
  }

  private static String figure(Object value, double factor, int digits) {
    return value instanceof Double number && !number.isNaN()
        ? String.format(Locale.ROOT, "%." + digits + "f", number * factor)
        : "";
  }

  /** The table for programs: a JSON array of objects. */
  public String json() {
    return new GsonBuilder()
            .serializeNulls()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create()
            .toJson(rows)
        + "\n";
  }
}
