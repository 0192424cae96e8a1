package io.espalier.spark.compare;

import com.google.gson.GsonBuilder;
import io.espalier.spark.PartitionedTable;
import io.espalier.spark.TableRef;
import io.espalier.spark.compare.CompareRecipe.Variant;
import io.espalier.spark.score.TextTable;
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

/** Quality and cost of all variants, one row each. */
public final class CompareTable {
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
          "gflops_total",
          "gflops_encoder",
          "gflops_decoder",
          "gflops_context",
          "gflops_dense",
          "saved_fraction",
          "rtfx",
          "open_encoder",
          "open_decoder");

  private static final String P_VALUE = "_p_value";

  private final List<Map<String, Object>> rows;

  /**
   * What {@code espalier score} found.
   *
   * @param groups totals of each run
   * @param comparisons of the first run with each other one
   */
  record Scores(Dataset<Row> groups, Dataset<Row> comparisons) {
    /** By run and column: how likely so large a difference to the first run is by chance. */
    private Map<String, Double> chances() {
      Map<String, Double> chances = new HashMap<>();
      for (Row row : comparisons.collectAsList()) {
        chances.put(
            row.<String>getAs("run_b") + row.<String>getAs("metric") + P_VALUE,
            row.getAs("p_value"));
      }
      return chances;
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
    Map<String, Double> chances = scores.chances();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Variant variant : variants) {
      boolean learned = variant.gates().equals("learned");
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("variant", variant.name());
      values.put("context", learned ? variant.context() : "none");
      values.put("target", learned ? variant.target().orElse(null) : null);
      Row score = byRun.get(runs.get(variant.name()));
      FIGURES.forEach(
          name ->
              values.put(
                  name,
                  name.endsWith(P_VALUE)
                      ? chances.get(runs.get(variant.name()) + name)
                      : score.getAs(name)));
      values.put("model", variant.model());
      values.put("gates", gates.get(variant.name()));
      values.put("run_id", runs.get(variant.name()));
      rows.add(values);
    }
    CompareTable result = new CompareTable(rows);
    new PartitionedTable(TableRef.of(spark, table), List.of("variant"))
        .overwrite(result.dataset(spark));
    return result;
  }

  private Dataset<Row> dataset(SparkSession spark) {
    StructType schema = new StructType();
    for (String name : rows.get(0).keySet()) {
      boolean number = FIGURES.contains(name) || name.equals("target");
      schema = schema.add(name, number ? DataTypes.DoubleType : DataTypes.StringType);
    }
    List<Row> values = rows.stream().map(row -> RowFactory.create(row.values().toArray())).toList();
    return spark.createDataFrame(values, schema);
  }

  /** The table for people. */
  public String text() {
    TextTable table = new TextTable();
    table.words("variant");
    table.words("context");
    List.of("target", "WER % [95 %]", "p", "BLEU [95 %]", "p ").forEach(table::figures);
    List.of("GFLOPs", "encoder", "decoder", "context").forEach(table::figures);
    List.of("saved", "saved %", "RTFx", "open enc. %", "open dec. %").forEach(table::figures);
    for (Map<String, Object> row : rows) {
      table.row(
          List.of(
              row.get("variant").toString(),
              row.get("context").toString(),
              figure(row.get("target"), 1, 2),
              interval(row, "wer", 100),
              figure(row.get("wer_p_value"), 1, 3),
              interval(row, "bleu", 1),
              figure(row.get("bleu_p_value"), 1, 3),
              figure(row.get("gflops_total"), 1, 3),
              figure(row.get("gflops_encoder"), 1, 3),
              figure(row.get("gflops_decoder"), 1, 3),
              figure(row.get("gflops_context"), 1, 3),
              figure(number(row, "gflops_dense") - number(row, "gflops_total"), 1, 3),
              figure(row.get("saved_fraction"), 100, 1),
              figure(row.get("rtfx"), 1, 1),
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
