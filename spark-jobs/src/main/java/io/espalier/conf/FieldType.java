package io.espalier.conf;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the value of a field has to be.
 *
 * @param expected for messages
 * @param reading of a value as YAML gave it; empty if it is of another type or out of range
 */
record FieldType<T>(String expected, Function<Object, Optional<T>> reading) {
  static final FieldType<String> TEXT =
      new FieldType<>(
          "text (quote words that YAML takes for something else)",
          value -> value instanceof String text ? Optional.of(text) : Optional.empty());

  static final FieldType<Boolean> FLAG =
      new FieldType<>(
          "true or false",
          value -> value instanceof Boolean flag ? Optional.of(flag) : Optional.empty());

  static final FieldType<List<?>> LIST =
      new FieldType<>(
          "a list", value -> value instanceof List<?> list ? Optional.of(list) : Optional.empty());

  /** A whole number in [{@code min}, {@code max}], which may be written with a fraction of 0. */
  static FieldType<Long> whole(long min, long max) {
    String least = min <= Integer.MIN_VALUE ? "" : String.valueOf(min);
    String most = max >= Integer.MAX_VALUE ? "" : String.valueOf(max);
    return new FieldType<>(
        "a whole number" + range(least, most),
        value ->
            value instanceof Number number && number.doubleValue() == number.longValue()
                ? Optional.of(number.longValue()).filter(n -> n >= min && n <= max)
                : Optional.empty());
  }

  /** A finite number in [{@code min}, {@code max}]. */
  static FieldType<Double> number(double min, double max) {
    String least = min == -Double.MAX_VALUE ? "" : String.valueOf(min);
    String most = max == Double.MAX_VALUE ? "" : String.valueOf(max);
    return new FieldType<>(
        "a number" + range(least, most),
        value ->
            value instanceof Number number
                ? Optional.of(number.doubleValue()).filter(n -> n >= min && n <= max)
                : Optional.empty());
  }

  /** So many finite numbers. */
  static FieldType<List<Double>> numbers(int count) {
    FieldType<List<Double>> any = listOf(number(-Double.MAX_VALUE, Double.MAX_VALUE));
    return new FieldType<>(
        String.format(Locale.ROOT, "%d numbers", count),
        value -> any.reading().apply(value).filter(list -> list.size() == count));
  }

  /** One of several things by its label. */
  static <T> FieldType<T> choice(List<T> choices, Function<T, String> label) {
    return new FieldType<>(
        "one of " + String.join(", ", choices.stream().map(label).toList()),
        value -> choices.stream().filter(one -> label.apply(one).equals(value)).findFirst());
  }

  /** A list whose items are all of one type. */
  static <T> FieldType<List<T>> listOf(FieldType<T> type) {
    return new FieldType<>(
        "a list, each item " + type.expected(),
        value -> {
          if (!(value instanceof List<?> list)) {
            return Optional.empty();
          }
          List<T> items =
              list.stream().flatMap(item -> type.reading().apply(item).stream()).toList();
          return items.size() == list.size() ? Optional.of(items) : Optional.empty();
        });
  }

  private static String range(String least, String most) {
    if (most.isEmpty()) {
      return least.isEmpty() ? "" : " of at least " + least;
    }
    return least.isEmpty() ? " of at most " + most : " from " + least + " to " + most;
  }
}
