package io.espalier.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentationTest {
  private static String page;

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("docs", "sql-functions.md"));
  }

  static List<FunctionDefinition> functions() {
    return EspalierFunctions.all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyFunctionHasARowAndItsExamples(FunctionDefinition function) {
    assertThat(page).contains("| `" + function.signature() + "` |");
    for (FunctionDefinition.Example example : function.examples()) {
      assertThat(page).contains("> " + example.sql() + ";\n" + example.output() + "\n");
    }
  }
}
