package io.espalier.spark.compare;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a variant is pruned once everything is chosen.
 *
 * @param gates the option {@code --gates}
 * @param options further options of {@code transcribe} that make the variant what it is
 */
record ChosenGates(String gates, Map<String, String> options) {
  static ChosenGates of(String gates) {
    return new ChosenGates(gates, Map.of());
  }

  /** For people. */
  String text() {
    return options.isEmpty()
        ? gates
        : gates
            + options.entrySet().stream()
                .map(option -> ", %s %s".formatted(option.getKey(), option.getValue()))
                .collect(Collectors.joining());
  }
}
