package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.conf.ConfKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class KeyOptionsTest {
  private static final List<ConfKey<?>> KEYS =
      List.of(
          ConfKey.integer("beam", 5, 1, 100, "Beam width, 100 % of it."),
          ConfKey.flag("timestamps", false, "Timed parts."),
          ConfKey.optionalText("note", "A note."));

  @Command(name = "test")
  private static final class Empty {}

  private final CommandLine command = new CommandLine(new Empty());

  @Test
  void onlyGivenOptionsAreGiven() {
    assertThat(parse("--beam", "7")).isEqualTo(Map.of("beam", "7"));
  }

  @Test
  void aFlagNeedsNoValueAndTakesOne() {
    assertThat(parse("--timestamps", "--note", "x"))
        .isEqualTo(Map.of("timestamps", "true", "note", "x"));
    assertThat(parse("--timestamps=false")).isEqualTo(Map.of("timestamps", "false"));
  }

  @Test
  void helpShowsDescriptionAndDefault() {
    KeyOptions.add(command, KEYS);
    assertThat(command.getUsageMessage())
        .contains("--beam=INT")
        .contains("Beam width, 100 % of it. Default: 5.")
        .contains("--timestamps[=true|false]")
        .contains("--note=TEXT");
  }

  private Map<String, String> parse(String... arguments) {
    CommandLine fresh = new CommandLine(new Empty());
    KeyOptions.add(fresh, KEYS);
    fresh.parseArgs(arguments);
    return KeyOptions.given(fresh.getCommandSpec(), KEYS);
  }
}
