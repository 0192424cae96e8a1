package io.espalier.spark.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A note of the catalogue as Zeppelin keeps it: paragraphs with their charts, without results. */
final class ZeppelinNote implements NoteFile {
  static final String INTERPRETER = "%spark.sql\n";
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private final ChartCatalog.Note note;
  private final Function<String, List<String>> columnsOf;

  /**
   * @param columnsOf the columns of a query, since Zeppelin knows them by their places
   */
  ZeppelinNote(ChartCatalog.Note note, Function<String, List<String>> columnsOf) {
    this.note = note;
    this.columnsOf = columnsOf;
  }

  /** One query of a note file, and the columns that its chart names, with their places. */
  record Paragraph(String title, String sql, List<Map.Entry<Integer, String>> columns) {}

  @Override
  public String fileName() {
    return note.name() + ".zpln";
  }

  @Override
  public String json() {
    JsonArray paragraphs = new JsonArray();
    String text =
        """
        %%md
        # %s
        %s

        For Zeppelin 0.11 and 0.12 with Spark 3.5; for other Sparks take the Jupyter notebook.

        %s The forms: `catalog` is catalog and namespace, `run` a\
         pattern of run ids (%% is all), %s.\
        """
            .formatted(
                note.name(),
                note.about(),
                note.comparison()
                    ? "`espalier compare` writes the table."
                    : "`espalier score` writes the tables.",
                note.comparison()
                    ? "`comparison` the name of the table"
                    : "`transcripts` the name of the transcripts table");
    StringBuilder charts = new StringBuilder(text).append("\n");
    note.charts().forEach(c -> charts.append("\n- **%s**: %s".formatted(c.title(), c.about())));
    paragraphs.add(paragraph(0, note.name(), charts.toString(), new JsonObject(), "markdown"));
    for (Chart chart : note.charts()) {
      JsonObject results = new JsonObject();
      JsonObject first = new JsonObject();
      first.add("graph", graph(chart));
      results.add("0", first);
      String sql = INTERPRETER + chart.sql();
      paragraphs.add(paragraph(paragraphs.size(), chart.title(), sql, results, "sql"));
    }
    JsonObject json = new JsonObject();
    json.add("paragraphs", paragraphs);
    json.addProperty("name", note.name());
    json.addProperty("id", "espalier-" + ReportPage.anchor(note.name()));
    json.addProperty("defaultInterpreterGroup", "spark");
    json.addProperty("version", "0.11.2");
    for (String empty : List.of("noteParams", "noteForms", "angularObjects", "config", "info")) {
      json.add(empty, new JsonObject());
    }
    return GSON.toJson(json) + "\n";
  }

  /** The queries of a note's file. */
  static List<Paragraph> queries(String json) {
    return JsonParser.parseString(json)
        .getAsJsonObject()
        .getAsJsonArray("paragraphs")
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject)
        .filter(paragraph -> paragraph.get("text").getAsString().startsWith(INTERPRETER))
        .map(
            paragraph -> {
              JsonObject graph =
                  paragraph
                      .getAsJsonObject("config")
                      .getAsJsonObject("results")
                      .getAsJsonObject("0")
                      .getAsJsonObject("graph");
              List<Map.Entry<Integer, String>> columns =
                  Arrays.asList("keys", "groups", "values").stream()
                      .flatMap(name -> graph.getAsJsonArray(name).asList().stream())
                      .map(JsonElement::getAsJsonObject)
                      .map(
                          column ->
                              Map.entry(
                                  column.get("index").getAsInt(), column.get("name").getAsString()))
                      .toList();
              String text = paragraph.get("text").getAsString();
              return new Paragraph(
                  paragraph.get("title").getAsString(),
                  text.substring(INTERPRETER.length()),
                  columns);
            })
        .toList();
  }

  private JsonObject paragraph(
      int number, String title, String text, JsonObject results, String language) {
    JsonObject editor = new JsonObject();
    editor.addProperty("language", language);
    editor.addProperty("editOnDblClick", language.equals("markdown"));
    JsonObject config = new JsonObject();
    config.addProperty("colWidth", 12);
    config.addProperty("enabled", true);
    config.addProperty("title", number > 0);
    config.addProperty("editorHide", true);
    config.addProperty("runOnSelectionChange", true);
    config.addProperty("editorMode", "ace/mode/" + language);
    config.add("editorSetting", editor);
    config.add("results", results);
    JsonObject settings = new JsonObject();
    settings.add("params", new JsonObject());
    settings.add("forms", new JsonObject());
    JsonObject paragraph = new JsonObject();
    paragraph.addProperty("title", title);
    paragraph.addProperty("text", text);
    paragraph.add("config", config);
    paragraph.add("settings", settings);
    paragraph.add("apps", new JsonArray());
    paragraph.addProperty(
        "id",
        String.format(Locale.ROOT, "paragraph_%s_%d", ReportPage.anchor(note.name()), number));
    paragraph.addProperty("status", "READY");
    return paragraph;
  }

  private JsonObject graph(Chart chart) {
    List<String> present = columnsOf.apply(chart.sql());
    boolean table = chart.kind() == Chart.Kind.TABLE;
    boolean scatter = chart.kind().hasNumericAxis();
    boolean heatMap = chart.kind() == Chart.Kind.HEATMAP;
    Optional<String> key = heatMap ? chart.series() : chart.x();
    Optional<String> group = heatMap ? chart.x() : chart.series();
    String mode = table ? "table" : scatter ? "scatterChart" : "multiBarChart";
    JsonObject graph = new JsonObject();
    graph.addProperty("mode", mode);
    graph.addProperty("height", 320);
    graph.addProperty("optionOpen", false);
    JsonObject setting = new JsonObject();
    if (scatter) {
      JsonObject axes = new JsonObject();
      axes.add("xAxis", column(present, chart.x().orElseThrow()));
      axes.add("yAxis", column(present, chart.value().orElseThrow()));
      axes.add("group", column(present, chart.series().orElseThrow()));
      setting.add(mode, axes);
    } else if (!table) {
      JsonObject bars = new JsonObject();
      bars.addProperty("stacked", chart.kind() == Chart.Kind.STACKED);
      setting.add(mode, bars);
    }
    graph.add("setting", setting);
    Map.of("keys", key, "groups", group, "values", chart.value()).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              JsonArray columns = new JsonArray();
              entry.getValue().ifPresent(name -> columns.add(column(present, name)));
              graph.add(entry.getKey(), columns);
            });
    return graph;
  }

  private static JsonObject column(List<String> present, String name) {
    JsonObject column = new JsonObject();
    column.addProperty("name", name);
    column.addProperty("index", present.indexOf(name));
    column.addProperty("aggr", "avg");
    return column;
  }
}
