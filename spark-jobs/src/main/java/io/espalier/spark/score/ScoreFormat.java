package io.espalier.spark.score;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.spark.sql.Row;

/** Formats the results as text and JSON. */
final class ScoreFormat {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().setPrettyPrinting().disableHtmlEscaping().create();

  private final Grouping grouping;

  ScoreFormat(Grouping grouping) {
    this.grouping = grouping;
  }

  /** The groups as an aligned table. */
  String groups(List<Row> rows) {
    TextTable table = new TextTable();
    List<String> by = new ArrayList<>(List.of("run_id"));
    by.addAll(grouping.by());
    by.forEach(table::words);
    table.figures("utterances");
    table.figures("failed");
    table.words("WER % [95 %]");
    table.words("CER % [95 %]");
    table.words("BLEU [95 %]");
    table.words("chrF [95 %]");
    List.of("GFLOPs/utt", "dense", "saved %", "RTFx").forEach(table::figures);
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(by.stream().map(name -> value(row, name)).toList());
      cells.add(row.getAs("utterances").toString());
      cells.add(row.getAs("failed").toString());
      cells.add(estimate(row, "wer", 100));
      cells.add(estimate(row, "cer", 100));
      cells.add(estimate(row, "bleu", 1));
      cells.add(estimate(row, "chrf", 1));
      cells.add(figure(row, "gflops_total", 1));
      cells.add(figure(row, "gflops_dense", 1));
      cells.add(figure(row, "saved_fraction", 100));
      cells.add(figure(row, "rtfx", 1));
      table.row(cells);
    }
    return table.toString();
  }

  /** Comparisons as an aligned table. */
  String comparisons(List<Row> rows) {
    TextTable table = new TextTable();
    grouping.by().forEach(table::words);
    table.words("metric");
    List.of("utterances", "A", "B").forEach(table::figures);
    table.words("B - A [95 %]");
    List.of("p", "GFLOPs A", "GFLOPs B", "saved %").forEach(table::figures);
    for (Row row : rows) {
      String metric = row.getAs("metric");
      boolean rate = metric.equals("wer") || metric.equals("cer");
      double factor = rate ? 100 : 1;
      List<String> cells =
          new ArrayList<>(grouping.by().stream().map(name -> value(row, name)).toList());
      cells.add(label(metric));
      cells.add(row.getAs("utterances").toString());
      cells.add(figure(row, "a", factor));
      cells.add(figure(row, "b", factor));
      cells.add(estimate(row, "difference", factor));
      Double p = row.getAs("p_value");
      cells.add(p == null ? "" : String.format(Locale.ROOT, "%.4f", p));
      cells.add(figure(row, "gflops_a", 1));
      cells.add(figure(row, "gflops_b", 1));
      cells.add(figure(row, "saved_fraction", 100));
      table.row(cells);
    }
    return table.toString();
  }

  /** Rows as a JSON array of objects with their columns' names. */
  String json(List<Row> rows) {
    JsonArray array = new JsonArray();
    for (Row row : rows) {
      JsonObject object = new JsonObject();
      for (String name : row.schema().fieldNames()) {
        object.add(name, total(row, name) ? new JsonPrimitive(Grouping.ALL) : json(row, name));
      }
      array.add(object);
    }
    return GSON.toJson(array) + "\n";
  }

  private static JsonElement json(Row row, String name) {
    Object value = row.getAs(name);
    if (value == null || (value instanceof Double number && !Double.isFinite(number))) {
      return JsonNull.INSTANCE;
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    return value instanceof Boolean flag
        ? new JsonPrimitive(flag)
        : new JsonPrimitive(Objects.toString(value));
  }

  private static String label(String metric) {
    return switch (metric) {
      case "wer" -> "WER %";
      case "cer" -> "CER %";
      case "bleu" -> "BLEU";
      default -> "chrF";
    };
  }

  private String value(Row row, String name) {
    Object value = row.getAs(name);
    return total(row, name) ? Grouping.ALL : value == null ? "-" : value.toString();
  }

  private boolean total(Row row, String name) {
    return grouping.by().contains(name)
        && Arrays.asList(row.schema().fieldNames()).contains("grouping")
        && grouping.isTotal(row.getAs("grouping"), name);
  }

  private static String estimate(Row row, String name, double factor) {
    String low = figure(row, name + "_low", factor);
    String figure = figure(row, name, factor);
    return low.isEmpty()
        ? figure
        : figure + " [" + low + ", " + figure(row, name + "_high", factor) + "]";
  }

  /** One decimal; never a zero with a sign. */
  private static String figure(Row row, String name, double factor) {
    Double value = row.getAs(name);
    if (value == null || value.isNaN()) {
      return "";
    }
    double rounded = Math.round(value * factor * 10) / 10.0;
    return String.format(Locale.ROOT, "%.1f", rounded == 0 ? 0.0 : rounded);
  }
}
