package io.espalier.spark.compare;

import java.util.Locale;
import java.util.Map;

/** Figures of a row as people read them; empty where there is none. */
final class Figures {
  private Figures() {}

  /** A number times {@code factor}. */
  static String figure(Object value, double factor, int digits) {
    return value instanceof Double number && !number.isNaN()
        ? String.format(Locale.ROOT, "%." + digits + "f", number * factor)
        : "";
  }

  /** A number with its interval, which are {@code name}, {@code name_low} and {@code name_high}. */
  static String interval(Map<String, Object> row, String name, double factor) {
    String value = figure(row.get(name), factor, 1);
    return value.isEmpty()
        ? ""
        : "%s [%s, %s]"
            .formatted(
                value,
                figure(row.get(name + "_low"), factor, 1),
                figure(row.get(name + "_high"), factor, 1));
  }
}
