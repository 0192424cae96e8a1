package io.espalier.conf;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One configuration key, set by the command-line option {@code --name} or the Spark property {@code
 * spark.espalier.name}.
 *
 * @param name in kebab case, without prefix, such as {@code batch-seconds}
 * @param defaultValue the value if neither an option nor the session sets one
 * @param type form of a value, for help and messages, such as {@code int in [1, 100]}
 * @param description one sentence for help and documentation
 * @param parser text to value; throws {@link IllegalArgumentException} for an invalid text
 */
public record ConfKey<T>(
    String name, T defaultValue, String type, String description, Function<String, T> parser) {

  /** Prefix of all properties of Espalier. */
  public static final String PREFIX = "spark.espalier.";

  public ConfKey {
    Objects.requireNonNull(defaultValue, "Default value is null");
  }

  /** A text. */
  public static ConfKey<String> text(String name, String defaultValue, String description) {
    return new ConfKey<>(name, defaultValue, "text", description, Function.identity());
  }

  /**
   * A text with a form of its own.
   *
   * @param form what a value looks like, such as {@code LANGUAGE}
   * @param parser gives the usual spelling; throws {@link UsageException} with a message of its own
   */
  public static ConfKey<String> text(
      String name,
      String defaultValue,
      String form,
      String description,
      UnaryOperator<String> parser) {
    return new ConfKey<>(name, defaultValue, form, description, parser);
  }

  /** A text that may be absent. */
  public static ConfKey<Optional<String>> optionalText(String name, String description) {
    return new ConfKey<>(name, Optional.empty(), "text", description, Optional::of);
  }

  /** {@code true} or {@code false}. */
  public static ConfKey<Boolean> flag(String name, boolean defaultValue, String description) {
    return new ConfKey<>(name, defaultValue, "true or false", description, ConfKey::parseFlag);
  }

  /** A whole number in [{@code min}, {@code max}]. */
  public static ConfKey<Integer> integer(
      String name, int defaultValue, int min, int max, String description) {
    String type = range("int", min, max, max == Integer.MAX_VALUE);
    return new ConfKey<>(
        name,
        defaultValue,
        type,
        description,
        text -> require(Integer.valueOf(text), value -> value >= min && value <= max));
  }

  /** A finite number in [{@code min}, {@code max}]. */
  public static ConfKey<Double> decimal(
      String name, double defaultValue, double min, double max, String description) {
    String type = range("number", min, max, max == Double.MAX_VALUE);
    return new ConfKey<>(
        name,
        defaultValue,
        type,
        description,
        text -> require(Double.valueOf(text), value -> value >= min && value <= max));
  }

  /** A number in [{@code min}, {@code max}] that may be absent. */
  public static ConfKey<Optional<Double>> optionalDecimal(
      String name, double min, double max, String description) {
    ConfKey<Double> decimal = decimal(name, min, min, max, description);
    return new ConfKey<>(
        name,
        Optional.empty(),
        decimal.type(),
        description,
        text -> Optional.of(decimal.parser().apply(text)));
  }

  /** One of the constants of an enum, in lower case with hyphens. */
  public static <E extends Enum<E>> ConfKey<E> choice(
      String name, E defaultValue, String description) {
    Class<E> choices = defaultValue.getDeclaringClass();
    StringBuilder type = new StringBuilder();
    for (E choice : choices.getEnumConstants()) {
      type.append(type.isEmpty() ? "" : ", ").append(spelling(choice));
    }
    return new ConfKey<>(
        name,
        defaultValue,
        "one of " + type,
        description,
        text -> Enum.valueOf(choices, text.toUpperCase(Locale.ROOT).replace('-', '_')));
  }

  /** The Spark property, such as {@code spark.espalier.batch-seconds}. */
  public String property() {
    return PREFIX + name;
  }

  /** The default as a user would write it; empty if the key is absent by default. */
  public String defaultText() {
    if (defaultValue instanceof Enum<?> choice) {
      return spelling(choice);
    }
    return defaultValue instanceof Optional<?> ? "" : defaultValue.toString();
  }

  /**
   * The value of a text.
   *
   * @throws UsageException naming the key, the text and the expected form
   */
  public T parse(String text) {
    try {
      return parser.apply(text.strip());
    } catch (UsageException e) {
      throw e; // It says more.
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid %s: '%s', must be %s".formatted(property(), text, type));
    }
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String range(String what, Number min, Number max, boolean unbounded) {
    return unbounded
        ? "%s of at least %s".formatted(what, min)
        : "%s in [%s, %s]".formatted(what, min, max);
  }

  private static boolean parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static <N> N require(N value, Predicate<N> valid) {
    if (!valid.test(value)) {
      throw new IllegalArgumentException(value.toString());
    }
    return value;
  }
}
