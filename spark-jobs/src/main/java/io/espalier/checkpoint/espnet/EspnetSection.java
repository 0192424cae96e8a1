package io.espalier.checkpoint.espnet;

import io.espalier.conf.Fields;
import io.espalier.files.MalformedFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * One map of an ESPnet configuration, where an absent key has the default of ESPnet's own classes.
 */
final class EspnetSection {
  private final Fields fields;

  private EspnetSection(Fields fields) {
    this.fields = fields;
  }

  /**
   * @param complaint what messages begin with, such as {@code Cannot use config.yaml as a model}
   */
  static EspnetSection root(String complaint, Map<String, Object> values) {
    return new EspnetSection(Fields.of(complaint, values));
  }

  /** The map under a key; an absent one is an empty one. */
  EspnetSection section(String key) {
    return new EspnetSection(fields.childOrEmpty(key));
  }

  /**
   * Ends the reading.
   *
   * @throws MalformedFileException with all values that are not supported
   */
  void finish() throws MalformedFileException {
    fields.finish(MalformedFileException::new);
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
    return fields.has(key) ? positive(key, absent) : absent;
  }

  /** A frequency in Hz: a number, or a string such as {@code 16k}. */
  double hertz(String key, double absent) {
    Object value = fields.raw(key);
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
    return fields.raw(key);
  }

  /** Keys that do not matter for inference. */
  void ignore(String... keys) {
    Arrays.stream(keys).forEach(fields::raw);
  }

  /** Leaves the keys alone that nobody asks for; in other sections they are problems. */
  EspnetSection ignoreOthers() {
    fields.ignoreOthers();
    return this;
  }

  /** Notes a problem with the value of a key. */
  void problem(String key, Object value, String supported) {
    String origin = fields.contains(key) ? "" : " (ESPnet's default)";
    problem(
        "%s = %s%s is not supported, only %s"
            .formatted(fields.path(key), value, origin, supported));
  }

  /** Notes a problem with more than one key. */
  void problem(String text) {
    fields.problem(text);
  }

  private Object value(String key, Object absent) {
    return fields.contains(key) ? fields.raw(key) : absent;
  }
}
