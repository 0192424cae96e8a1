package io.espalier.conf;

import io.espalier.spark.context.ContextKeys;
import io.espalier.spark.run.RunKeys;
import io.espalier.spark.score.ScoreKeys;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/**
 * The resolved configuration: an option wins over the session's {@code spark.espalier.*} property,
 * which wins over the key's default. Every mistake in it is found when it is made, and all are
 * reported together.
 */
public final class EspalierConf {
  private final Map<ConfKey<?>, Object> values;

  private EspalierConf(Map<ConfKey<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /** Every known key, group by group; one that several commands share is there once. */
  public static List<ConfKey<?>> keys() {
    return Stream.<List<ConfKey<?>>>of(
            SparkSessions.KEYS,
            TranscribeKeys.KEYS,
            ContextKeys.KEYS,
            ScoreKeys.KEYS,
            ScoreKeys.REPORT_KEYS,
            List.of(RunKeys.SAMPLES_MB))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /**
   * Resolves all keys against a session.
   *
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key and every invalid value
   */
  public static EspalierConf of(SparkSession spark, Map<String, String> options) {
    return of(JavaConverters.mapAsJavaMap(spark.conf().getAll()), options);
  }

  /**
   * Resolves all keys against properties.
   *
   * @param properties any Spark properties; those of others are ignored
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key and every invalid value
   */
  public static EspalierConf of(Map<String, String> properties, Map<String, String> options) {
    return of(keys(), properties, options);
  }

  static EspalierConf of(
      List<ConfKey<?>> keys, Map<String, String> properties, Map<String, String> options) {
    Map<String, String> given = new TreeMap<>();
    properties.forEach(
        (property, value) -> {
          if (property.startsWith(ConfKey.PREFIX)) {
            given.put(property.substring(ConfKey.PREFIX.length()), value);
          }
        });
    given.putAll(options);

    List<String> mistakes = new ArrayList<>();
    Map<ConfKey<?>, Object> values = new HashMap<>();
    for (ConfKey<?> key : keys) {
      String text = given.remove(key.name());
      try {
        values.put(key, text == null ? key.defaultValue() : key.parse(text));
      } catch (UsageException e) {
        mistakes.add(e.getMessage());
      }
    }
    given.keySet().forEach(name -> mistakes.add(unknown(name, keys)));
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    return new EspalierConf(values);
  }

  /** The value of a known key. */
  @SuppressWarnings("unchecked") // Filled from the key's own default and parser only.
  public <T> T get(ConfKey<T> key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("Cannot find key: " + key.name() + " is not in keys()");
    }
    return (T) value;
  }

  private static String unknown(String name, List<ConfKey<?>> keys) {
    String property = ConfKey.PREFIX + name;
    List<String> known = keys.stream().map(ConfKey::property).toList();
    return "Unknown key: %s, the nearest known key is %s"
        .formatted(property, NearestName.of(property, known).orElse("none"));
  }
}
