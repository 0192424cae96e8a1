package io.espalier.spark.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A note of the catalogue as Jupyter keeps it: the same queries and charts as in Zeppelin, through
 * PySpark. The first cell of code has what Zeppelin asks for in forms.
 */
final class JupyterNote implements NoteFile {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private final ChartCatalog.Note note;

  JupyterNote(ChartCatalog.Note note) {
    this.note = note;
  }

  @Override
  public String fileName() {
    return note.name() + ".ipynb";
  }

  @Override
  public String json() {
    JsonArray cells = new JsonArray();
    cells.add(text("about", introduction()));
    cells.add(code("parameters", parameters(), false));
    cells.add(code("session", session(), false));
    cells.add(code("charts", helpers(), true));
    for (Chart chart : note.charts()) {
      String id = ReportPage.anchor(chart.title());
      cells.add(text(id, "## " + chart.title() + "\n\n" + chart.about()));
      cells.add(code(id + "-chart", call(chart), false));
    }
    JsonObject json = new JsonObject();
    json.add("cells", cells);
    json.add("metadata", metadata());
    json.addProperty("nbformat", 4);
    json.addProperty("nbformat_minor", 5);
    return GSON.toJson(json) + "\n";
  }

  private String introduction() {
    return """
    # %s

    %s

    For Jupyter with PySpark 3.5 or 4.1. Charts need Matplotlib; without it, only tables are shown.
    `espalier %s` writes the tables. The next cell says which to read: `catalog` is catalog and
    namespace, `run` a pattern of run ids (%% is all), %s.\
    """
        .formatted(
            note.name(),
            note.about(),
            note.comparison() ? "compare" : "score",
            note.comparison()
                ? "`comparison` the name of the table"
                : "`transcripts` the name of the transcripts table");
  }

  private String parameters() {
    String table =
        note.comparison() ? "comparison = \"compare_compare\"" : "transcripts = \"transcripts\"";
    return "catalog = \"espalier.default\"\n" + table + "\nrun = \"%\"";
  }

  private String session() {
    String start =
        """
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.appName("Espalier").getOrCreate()\
        """;
    if (note.charts().stream().noneMatch(chart -> chart.sql().contains("gate_open("))) {
      return start;
    }
    return start
        + """


        # PySpark 3.5 makes sessions without the functions of a jar. A session of Spark Connect has no
        # JVM here: its server has the functions or not.
        if hasattr(spark, "_jvm"):
            spark._jvm.io.espalier.udfs.EspalierFunctions.register(spark._jsparkSession)\
        """;
  }

  private static String helpers() {
    try (InputStream in = JupyterNote.class.getResourceAsStream("charts.py")) {
      return Utf8Text.decode(in.readAllBytes(), "charts.py").strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String call(Chart chart) {
    List<String> arguments = new ArrayList<>();
    arguments.add("kind=" + quoted(chart.kind().name().toLowerCase(Locale.ROOT)));
    argument("x", chart.x()).ifPresent(arguments::add);
    argument("series", chart.series()).ifPresent(arguments::add);
    argument("value", chart.value()).ifPresent(arguments::add);
    argument("low", chart.low()).ifPresent(arguments::add);
    argument("high", chart.high()).ifPresent(arguments::add);
    argument("facet", chart.facet()).ifPresent(arguments::add);
    argument("unit", chart.unit()).ifPresent(arguments::add);
    argument("x_unit", chart.xUnit()).ifPresent(arguments::add);
    return "show(f\"\"\"\n%s\n\"\"\", %s)"
        .formatted(named(chart.sql()).strip(), String.join(", ", arguments));
  }

  private static Optional<String> argument(String name, Optional<String> value) {
    return value.map(text -> name + "=" + quoted(text));
  }

  private static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }

  /** The query with the names of Python in place of Zeppelin's forms. */
  private static String named(String sql) {
    String named = sql.replaceAll("\\$\\{(\\w+)=[^}]*}", "{$1}");
    if (named.contains("\\") || named.contains("\"\"\"")) {
      throw new IllegalStateException("Cannot write this as a string of Python: " + sql);
    }
    return named;
  }

  private static JsonObject text(String id, String source) {
    return cell("markdown", id, source, new JsonObject());
  }

  private static JsonObject code(String id, String source, boolean hidden) {
    JsonObject metadata = new JsonObject();
    if (hidden) {
      JsonObject jupyter = new JsonObject();
      jupyter.addProperty("source_hidden", true);
      metadata.add("jupyter", jupyter);
    }
    JsonObject cell = cell("code", id, source, metadata);
    cell.add("execution_count", JsonNull.INSTANCE);
    cell.add("outputs", new JsonArray());
    return cell;
  }

  private static JsonObject cell(String type, String id, String source, JsonObject metadata) {
    JsonObject cell = new JsonObject();
    cell.addProperty("cell_type", type);
    cell.addProperty("id", id);
    cell.add("metadata", metadata);
    JsonArray lines = new JsonArray();
    List<String> all = source.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      lines.add(i < all.size() - 1 ? all.get(i) + "\n" : all.get(i));
    }
    cell.add("source", lines);
    return cell;
  }

  private static JsonObject metadata() {
    JsonObject kernel = new JsonObject();
    kernel.addProperty("display_name", "Python 3");
    kernel.addProperty("language", "python");
    kernel.addProperty("name", "python3");
    JsonObject language = new JsonObject();
    language.addProperty("name", "python");
    JsonObject metadata = new JsonObject();
    metadata.add("kernelspec", kernel);
    metadata.add("language_info", language);
    return metadata;
  }
}
