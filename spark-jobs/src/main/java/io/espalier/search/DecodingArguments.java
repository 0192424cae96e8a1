package io.espalier.search;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
import java.util.Map;

/**
 * Decoding settings as DJL's {@code Criteria.optArgument} carries them, under the names of {@code
 * espalier transcribe}. Other names are DJL's own and are left alone.
 *
 * @param language of inputs that name none, or null to identify it
 * @param task of inputs that name none
 */
record DecodingArguments(Decoding decoding, String language, String task) {
  /**
   * @throws IllegalArgumentException naming a value that cannot be used
   */
  static DecodingArguments of(Map<String, ?> arguments) {
    String language = text(arguments, "language", "auto");
    return new DecodingArguments(
        Decoding.of(new Given(arguments)),
        language.equals("auto") ? null : language,
        text(arguments, "task", "asr"));
  }

  /** Arguments by the names of their keys. */
  private record Given(Map<String, ?> arguments) implements Decoding.Values {
    @Override
    public <T> T get(ConfKey<T> key) {
      String value = text(arguments, key.name(), null);
      if (value == null) {
        return key.defaultValue();
      }
      try {
        return key.parser().apply(value);
      } catch (UsageException e) {
        // Its message says it all.
        throw e;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Invalid %s: %s, must be %s".formatted(key.name(), value, key.type()), e);
      }
    }
  }

  private static String text(Map<String, ?> arguments, String name, String absent) {
    Object value = arguments.get(name);
    if (value instanceof Double number && number == Math.rint(number)) {
      // JSON knows one kind of number: whole ones are written as such.
      return String.valueOf(number.longValue());
    }
    return value == null ? absent : value.toString();
  }
}
