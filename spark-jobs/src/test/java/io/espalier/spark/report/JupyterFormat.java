package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules of Jupyter's format 4.5 for notebooks without results, from the JSON schema of
 * nbformat.
 */
final class JupyterFormat {
  private JupyterFormat() {}

  /**
   * Checks the whole file.
   *
   * @return sources of all cells of a type
   */
  static List<String> sources(String json, String type) {
    JsonObject notebook = JsonParser.parseString(json).getAsJsonObject();
    assertThat(notebook.keySet())
        .containsExactlyInAnyOrder("cells", "metadata", "nbformat", "nbformat_minor");
    assertThat(notebook.get("nbformat").getAsInt()).isEqualTo(4);
    assertThat(notebook.get("nbformat_minor").getAsInt()).isEqualTo(5);
    JsonObject metadata = notebook.getAsJsonObject("metadata");
    assertThat(metadata.getAsJsonObject("kernelspec").keySet()).contains("display_name", "name");
    assertThat(metadata.getAsJsonObject("language_info").get("name").getAsString())
        .isEqualTo("python");
    List<String> sources = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonElement element : notebook.getAsJsonArray("cells")) {
      JsonObject cell = element.getAsJsonObject();
      String found = cell.get("cell_type").getAsString();
      String id = cell.get("id").getAsString();
      assertThat(id).matches("[a-zA-Z0-9_-]{1,64}");
      assertThat(ids.add(id)).as(id).isTrue();
      assertThat(cell.get("metadata").isJsonObject()).isTrue();
      if (found.equals("code")) {
        assertThat(cell.keySet())
            .containsExactlyInAnyOrder(
                "cell_type", "id", "metadata", "source", "execution_count", "outputs");
        assertThat(cell.get("execution_count").isJsonNull()).isTrue();
        assertThat(cell.getAsJsonArray("outputs")).isEmpty();
      } else {
        assertThat(found).isEqualTo("markdown");
        assertThat(cell.keySet())
            .containsExactlyInAnyOrder("cell_type", "id", "metadata", "source");
      }
      if (found.equals(type)) {
        sources.add(
            cell.getAsJsonArray("source").asList().stream()
                .map(JsonElement::getAsString)
                .collect(Collectors.joining()));
      }
    }
    return sources;
  }
}
