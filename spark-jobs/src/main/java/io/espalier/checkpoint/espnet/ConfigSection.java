package io.espalier.checkpoint.espnet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * One map of a {@code config.yaml} with typed access. What cannot be used is not thrown at once but
 * collected, so that a user sees all of it together.
 */
final class ConfigSection {
  private final String prefix;
  private final Map<?, ?> values;
  private final List<String> problems;
  private final Set<String> known = new TreeSet<>();

  private ConfigSection(String prefix, Map<?, ?> values, List<String> problems) {
    this.prefix = prefix;
    this.values = values;
    this.problems = problems;
  }

  static ConfigSection root(Map<String, Object> values) {
    return new ConfigSection("", values, new ArrayList<>());
  }

  /** The map under a key; an absent one is an empty one. */
  ConfigSection section(String key) {
    Object value = values.get(key);
    if (value != null && !(value instanceof Map<?, ?>)) {
      problem(key, value, "a map");
    }
    Map<?, ?> map = value instanceof Map<?, ?> section ? section : new LinkedHashMap<>();
    return new ConfigSection(prefix + key + ".", map, problems);
  }

  List<String> problems() {
    return problems;
  }

  int positive(String key, int absent) {
    Object value = value(key, absent);
    if (value instanceof Integer number && number > 0) {
      return number;
    }
    problem(key, value, "a positive integer");
    return 1;
  }

  /** Like {@link #positive}, where null means {@code absent} too. */
  int positiveOrNull(String key, int absent) {
    if (values.get(key) == null) {
      known.add(key);
      return absent;
    }
    return positive(key, absent);
  }

  /** A frequency in Hz: a number, or a string such as {@code 16k}. */
  double hertz(String key, double absent) {
    known.add(key);
    Object value = values.get(key);
    if (value == null) {
      return absent;
    }
    String text = value.toString().strip();
    boolean kilo = text.endsWith("k") || text.endsWith("K");
    try {
      double number = Double.parseDouble(kilo ? text.substring(0, text.length() - 1) : text);
      if (number >= 0 && number < Integer.MAX_VALUE) {
        return kilo ? number * 1000 : number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for everything that is no frequency.
    }
    problem(key, value, "a frequency such as 16000 or 16k");
    return absent;
  }

  /** A positive number. */
  double number(String key, double absent) {
    Object value = value(key, absent);
    if (value instanceof Number number
        && number.doubleValue() > 0
        && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    problem(key, value, "a positive number");
    return absent;
  }

  boolean flag(String key, boolean absent) {
    Object value = value(key, absent);
    if (value instanceof Boolean flag) {
      return flag;
    }
    problem(key, value, "true or false");
    return absent;
  }

  /** The value, or {@code absent}; one of {@code supported} or a problem. */
  String oneOf(String key, String absent, String... supported) {
    Object value = value(key, absent);
    for (String name : supported) {
      if (name.equals(String.valueOf(value))) {
        return name;
      }
    }
    problem(key, value, String.join(" or ", supported));
    return supported[0];
  }

  /** Notes a problem unless the key, {@code absent} if missing, has the supported value. */
  void only(String key, Object absent, Object supported) {
    Object value = value(key, absent);
    if (!Objects.equals(value, supported)) {
      problem(key, value, String.valueOf(supported));
    }
  }

  /** The value as it is; null if absent. */
  Object raw(String key) {
    known.add(key);
    return values.get(key);
  }

  /** Keys that do not matter for inference. */
  void ignore(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Notes every key that nobody asked for: what it would change is not known. */
  void refuseOthers() {
    values.forEach(
        (key, value) -> {
          if (!known.contains(String.valueOf(key))) {
            problems.add(
                "%s%s = %s is not known; known keys: %s"
                    .formatted(prefix, key, value, String.join(", ", known)));
          }
        });
  }

  void problem(String key, Object value, String supported) {
    String origin = values.containsKey(key) ? "" : " (ESPnet's default)";
    problems.add(
        "%s%s = %s%s is not supported, only %s".formatted(prefix, key, value, origin, supported));
  }

  private Object value(String key, Object absent) {
    known.add(key);
    return values.containsKey(key) ? values.get(key) : absent;
  }
}
