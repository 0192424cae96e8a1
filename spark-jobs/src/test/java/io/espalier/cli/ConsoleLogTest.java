package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConsoleLogTest {
  @Test
  void theLogThatComesWithTheJarIsTheOneOfTheLauncher() throws IOException {
    try (InputStream jar = ConsoleLog.class.getResourceAsStream("log4j2.properties")) {
      assertThat(jar.readAllBytes())
          .isEqualTo(Files.readAllBytes(Path.of("../conf/log4j2.properties")));
    }
  }
}
