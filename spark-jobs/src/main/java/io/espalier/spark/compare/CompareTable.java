package io.espalier.spark.compare;

import com.google.gson.GsonBuilder;
import io.espalier.spark.table.PartitionedTable;
import io.espalier.spark.table.TableRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The quality and cost of all variants, one row per variant. */
public final class CompareTable {
  private final List<Map<String, Object>> rows;
  private final List<String> by;

  /**
   * @param rows see {@link CompareRows}
   * @param by columns by which quality is shown too
   */
  CompareTable(List<Map<String, Object>> rows, List<String> by) {
    this.rows = rows;
    this.by = by;
  }

  /** Writes the table; rows of variants that are there already are replaced. */
  void write(SparkSession spark, String table) {
    List<Row> values = rows.stream().map(CompareRows::row).toList();
    new PartitionedTable(TableRef.of(spark, table), List.of("variant"))
        .overwrite(spark.createDataFrame(values, CompareRows.schema(rows.get(0))));
  }

  /** Every run that is in the table. */
  public List<String> runs() {
    return rows.stream().map(row -> row.get("run_id").toString()).distinct().toList();
  }

  /** The tables for people: variants, quality by group, and what modules follow. */
  public String text() {
    StringBuilder text = new StringBuilder(CompareText.of(rows));
    Map<String, List<Map<String, Object>>> groups = byVariant(CompareRows.GROUPS);
    for (String column : by) {
      text.append(section("By " + column, GroupQuality.text(column, groups)));
    }
    byVariant(CompareRows.MODULES).entrySet().stream()
        .filter(variant -> !variant.getValue().isEmpty())
        .findFirst()
        .ifPresent(
            variant ->
                text.append(
                    section(
                        "Modules of variant %s: what explains whether they run, %% of the entropy"
                            .formatted(variant.getKey()),
                        GateAnalysis.text(variant.getValue()))));
    return text.toString();
  }

  private static String section(String title, String table) {
    String end = System.lineSeparator();
    return end + end + title + end + table;
  }

  @SuppressWarnings("unchecked") // Made by CompareRows.
  private Map<String, List<Map<String, Object>>> byVariant(String name) {
    Map<String, List<Map<String, Object>>> parts = new LinkedHashMap<>();
    rows.forEach(
        row -> parts.put(row.get("variant").toString(), (List<Map<String, Object>>) row.get(name)));
    return parts;
  }

  /**
   * The trade-off of the recipe's curve as a picture.
   *
   * @param recipe has a curve
   * @return an SVG document
   */
  public String curve(CompareRecipe recipe) {
    return CurvePicture.of(
        rows,
        recipe.curve().orElseThrow().variants().stream().map(CompareRecipe.Variant::name).toList());
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
