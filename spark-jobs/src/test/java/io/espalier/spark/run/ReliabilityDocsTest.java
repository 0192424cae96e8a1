package io.espalier.spark.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every promise names tests, and these tests exist. */
class ReliabilityDocsTest {
  private static final Path DOCS = Path.of("../docs");
  private static final Pattern LINK = Pattern.compile("\\[(\\w+)]\\((\\S+\\.java)\\)");

  @Test
  void testsThatPromisesAreLinkedToExist() throws IOException {
    List<MatchResult> links = LINK.matcher(page()).results().toList();
    assertThat(links)
        .isNotEmpty()
        .allSatisfy(
            link -> {
              assertThat(DOCS.resolve(link.group(2))).exists();
              assertThat(link.group(2)).endsWith("/" + link.group(1) + ".java");
            });
  }

  @Test
  void everyPromiseIsLinkedToATest() throws IOException {
    String promises =
        page().replaceFirst("(?s).*\n## Promises\n", "").replaceFirst("(?s)\n## .*", "");
    List<String> rows = promises.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
    assertThat(rows).isNotEmpty().allSatisfy(row -> assertThat(row).containsPattern(LINK));
  }

  private static String page() throws IOException {
    return Files.readString(DOCS.resolve("reliability.md"));
  }
}
