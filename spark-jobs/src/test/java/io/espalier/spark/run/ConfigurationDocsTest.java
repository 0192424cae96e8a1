package io.espalier.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.session.SessionConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationDocsTest {
  @Test
  void everyKeyHasARowWithItsDefaultInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("../docs/configuration.md"));
    assertThat(SessionConf.keys())
        .allSatisfy(
            key -> {
              String row = "| `" + key.property() + "` | ";
              assertThat(page).contains(row);
              if (!key.defaultText().isEmpty()) {
                assertThat(page).contains(row + "`" + key.defaultText() + "` |");
              }
            });
  }

  @Test
  void theHelpSaysWhatTheDocumentationSays() throws IOException {
    String page =
        Files.readString(Path.of("../docs/configuration.md"))
            .replaceAll("\\[([^\\]]+)\\]\\([^)]+\\)", "$1")
            .replace("`", "");
    assertThat(SessionConf.keys())
        .allSatisfy(
            key ->
                assertThat(page)
                    .contains(
                        "| %s | %s | %s |\n"
                            .formatted(key.property(), key.defaultText(), key.description())));
  }
}
