package io.espalier.conf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The resolved configuration: an option takes precedence over the session's {@code
 * spark.espalier.*} property, and that over the key's default. All mistakes are found at
 * construction and reported together.
 */
public final class EspalierConf {
  private final Map<ConfKey<?>, Object> values;

  private EspalierConf(Map<ConfKey<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Resolves keys against properties.
   *
   * @param keys all known keys
   * @param properties Spark properties; those without our prefix are ignored
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key and every invalid value
   */
  public static EspalierConf of(
      List<ConfKey<?>> keys, Map<String, String> properties, Map<String, String> options) {
    return of(keys, List.of(), properties, options);
  }

  /**
   * Resolves keys against properties.
   *
   * @param keys all that are known
   * @param required those of them that must have a value
   * @param properties any Spark properties; those of others are ignored
   * @param options values by {@link ConfKey#name()}
   * @throws UsageException listing every unknown key, every invalid value and every missing one
   */
  public static EspalierConf of(
      List<ConfKey<?>> keys,
      List<ConfKey<Optional<String>>> required,
      Map<String, String> properties,
      Map<String, String> options) {
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
    required.stream()
        .filter(key -> Optional.empty().equals(values.get(key)))
        .forEach(key -> mistakes.add(missing(key)));
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

  /**
   * The value of a key that has no default.
   *
   * @throws UsageException if there is none
   */
  public String required(ConfKey<Optional<String>> key) {
    return get(key).orElseThrow(() -> new UsageException(missing(key)));
  }

  /** The names in a comma-separated value, without repetitions. */
  public List<String> names(ConfKey<String> key) {
    return Arrays.stream(get(key).split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  private static String missing(ConfKey<?> key) {
    return "Missing --%s: give the option or set %s".formatted(key.name(), key.property());
  }

  private static String unknown(String name, List<ConfKey<?>> keys) {
    String property = ConfKey.PREFIX + name;
    List<String> known = keys.stream().map(ConfKey::property).toList();
    return "Unknown key: %s, the nearest known key is %s"
        .formatted(property, NearestName.of(property, known).orElse("none"));
  }
}
