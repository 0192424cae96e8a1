package io.espalier.cli;

import io.espalier.conf.ConfKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Makes options from configuration keys, so that an option, its property, its default and its
 * description cannot differ.
 */
final class KeyOptions {
  private KeyOptions() {}

  /** Adds an option {@code --name} for each key. */
  static void add(CommandLine command, List<ConfKey<?>> keys) {
    for (ConfKey<?> key : keys) {
      boolean flag = key.defaultValue() instanceof Boolean;
      OptionSpec.Builder option =
          OptionSpec.builder("--" + key.name())
              .type(String.class)
              .arity(flag ? "0..1" : "1")
              .paramLabel(flag ? "true|false" : label(key))
              .description(description(key));
      if (flag) {
        option.fallbackValue("true");
      }
      command.getCommandSpec().addOption(option.build());
    }
  }

  /** The options that were given, by key name. */
  static Map<String, String> given(CommandSpec command, List<ConfKey<?>> keys) {
    Map<String, String> given = new LinkedHashMap<>();
    for (ConfKey<?> key : keys) {
      OptionSpec option = command.findOption("--" + key.name());
      String value = option.getValue();
      if (value != null) {
        given.put(key.name(), value);
      }
    }
    return given;
  }

  private static String label(ConfKey<?> key) {
    return key.type().startsWith("one of ")
        ? key.type().substring("one of ".length()).replace(", ", "|")
        : key.type().split(" ", 2)[0].toUpperCase(Locale.ROOT);
  }

  private static String description(ConfKey<?> key) {
    // Percent signs are format specifiers to picocli.
    String text = key.description().replace("%", "%%");
    return key.defaultText().isEmpty() ? text : text + " Default: " + key.defaultText() + ".";
  }
}
