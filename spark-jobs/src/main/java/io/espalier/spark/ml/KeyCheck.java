package io.espalier.spark.ml;

import io.espalier.conf.ConfKey;
import io.espalier.conf.UsageException;
import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import scala.runtime.AbstractFunction1;

/**
 * Checks the value of a parameter as a command checks that of its option.
 *
 * @param <T> Spark's type of the value
 */
final class KeyCheck<T> extends AbstractFunction1<T, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Map<String, ConfKey<?>> KEYS =
      Stream.of(TranscribeKeys.KEYS, ContextKeys.KEYS, List.<ConfKey<?>>of(InvalidRows.KEY))
          .flatMap(List::stream)
          .distinct()
          .collect(Collectors.toMap(ConfKey::name, Function.identity()));

  private final String param;
  private final String key;

  /**
   * @param param name of the parameter
   * @param key name of the key that it is made from
   */
  KeyCheck(String param, String key) {
    this.param = param;
    this.key = key;
  }

  /**
   * Checks a value.
   *
   * @return true
   * @throws UsageException naming the value and what it must be
   */
  @Override
  public Object apply(T value) {
    ConfKey<?> known = KEYS.get(key);
    try {
      return known.parser().apply(String.valueOf(value).strip()) != null;
    } catch (UsageException e) {
      throw e; // It says more.
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "Invalid %s: '%s', must be %s".formatted(param, value, known.type()));
    }
  }
}
