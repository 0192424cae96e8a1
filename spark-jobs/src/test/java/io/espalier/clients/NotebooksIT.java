package io.espalier.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.spark.TestSpark;
import io.espalier.spark.run.PipelineRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jupyter's notebooks, run by Jupyter's own client against tables that the pipeline wrote. */
@Tag("slow")
class NotebooksIT {
  private static final Path NOTEBOOKS = Path.of("../notebooks").toAbsolutePath().normalize();
  private static final String PARAMETERS =
      """
      catalog = "%s"
      transcripts = "transcripts"
      comparison = "comparison"
      run = "%%"
      """
          .formatted(PipelineRuns.NAMESPACE);

  @TempDir Path directory;

  @BeforeAll
  static void writeTheTables() {
    PipelineRuns.tables();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Comparison", "Overview", "Gates", "Cost and quality", "Failures and latency"})
  void everyChartIsDrawnAboveItsFigures(String name) throws Exception {
    JsonObject result = execute(name, Map.of());
    assertThat(result.get("images").getAsLong()).isEqualTo(charts(name, false));
    assertThat(result.get("tables").getAsLong()).isEqualTo(charts(name, true));
    assertThat(result.get("out").getAsString()).isEmpty();
  }

  @Test
  void withoutMatplotlibTheFiguresAreThere() throws Exception {
    Path hidden = Files.createDirectories(directory.resolve("hidden/matplotlib"));
    Files.writeString(hidden.resolve("__init__.py"), "raise ImportError('not here')\n");
    JsonObject result = execute("Gates", Map.of("PYTHONPATH", hidden.getParent().toString()));
    assertThat(result.get("images").getAsLong()).isZero();
    assertThat(result.get("tables").getAsLong()).isEqualTo(charts("Gates", true));
  }

  private JsonObject execute(String name, Map<String, String> variables) throws Exception {
    SparkClient client = new SparkClient(PySpark.ofThisBuild(), directory);
    Map<String, String> environment = new HashMap<>(variables);
    String catalog = "spark.sql.catalog.espalier";
    environment.put(
        "PYSPARK_SUBMIT_ARGS",
        String.join(
            " ",
            "--master local[1] --jars",
            SparkClient.bigJar().toString(),
            "--conf spark.ui.enabled=false --conf spark.sql.shuffle.partitions=2",
            "--conf " + catalog + "=org.apache.iceberg.spark.SparkCatalog",
            "--conf " + catalog + ".type=hadoop",
            "--conf " + catalog + ".warehouse=" + TestSpark.warehouse().resolve("espalier"),
            "pyspark-shell"));
    String script;
    try (var in = NotebooksIT.class.getResourceAsStream("execute.py")) {
      script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Program python =
        client.python(
            environment, script, PARAMETERS, NOTEBOOKS.resolve(name + ".ipynb").toString());
    assertThat(python.exitCode()).as(python.err()).isZero();
    return JsonParser.parseString(python.out()).getAsJsonObject();
  }

  /** Number of charts of a notebook. */
  private static long charts(String name, boolean tablesToo) throws IOException {
    return JsonParser.parseString(Files.readString(NOTEBOOKS.resolve(name + ".ipynb")))
        .getAsJsonObject()
        .getAsJsonArray("cells")
        .asList()
        .stream()
        .map(JsonElement::getAsJsonObject)
        .map(cell -> cell.getAsJsonArray("source").toString())
        .filter(source -> source.startsWith("[\"show("))
        .filter(source -> tablesToo || !source.contains("kind=\\\"table\\\""))
        .count();
  }
}
