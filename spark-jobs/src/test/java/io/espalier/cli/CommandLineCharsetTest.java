package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandLineCharsetTest {
  @Test
  void charactersThatTheCharsetLacksAreRefused() {
    assertThat(lost("espalier\0manifest\0/data/Käse", "ANSI_X3.4-1968"))
        .contains("ANSI_X3.4-1968", "LC_ALL=C.UTF-8");
    assertThat(lost("espalier\0/data/Käse", "no-such-charset")).contains("LC_ALL");
  }

  @Test
  void whatJavaCouldReadIsNotComplainedOf() {
    assertThat(lost("espalier\0/data/Käse", "UTF-8")).isEmpty();
    assertThat(lost("espalier\0/data/cheese", "ANSI_X3.4-1968")).isEmpty();
  }

  private static String lost(String commandLine, String charset) {
    return CommandLineCharset.lost(commandLine.getBytes(StandardCharsets.UTF_8), charset)
        .orElse("");
  }
}
