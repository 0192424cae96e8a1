package io.espalier.conf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A YAML mapping read field by field, with every complaint naming the field and its file. */
public final class YamlFields {
  private final String source;
  private final Map<String, Object> fields;

  private YamlFields(String source, Map<String, Object> fields) {
    this.source = source;
    this.fields = fields;
  }

  /** Parses a document whose top is a mapping. */
  public static YamlFields parse(String source, String yaml) {
    Object document = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return of(source, document);
  }

  private static YamlFields of(String source, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new UsageException(
          "Cannot read %s: expected a mapping, found %s".formatted(source, value));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((key, field) -> fields.put(String.valueOf(key), field));
    return new YamlFields(source, fields);
  }

  public Set<String> names() {
    return fields.keySet();
  }

  /** Whether a field is there. */
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  /** The field as YAML gave it. */
  public Object raw(String name) {
    return required(name);
  }

  /** Refuses fields that nothing reads. */
  public YamlFields only(Set<String> known) {
    Set<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new UsageException(
          "Cannot read %s: unknown %s, known are %s"
              .formatted(source, unknown, new TreeSet<>(known)));
    }
    return this;
  }

  public YamlFields child(String name) {
    return of(source + ": " + name, required(name));
  }

  public List<YamlFields> children(String name) {
    List<YamlFields> children = new ArrayList<>();
    for (Object item : list(name)) {
      children.add(of(source + ": " + name, item));
    }
    return children;
  }

  public String string(String name) {
    return text(name, required(name));
  }

  public List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    for (Object item : list(name)) {
      strings.add(text(name, item));
    }
    return strings;
  }

  public List<List<String>> table(String name) {
    List<List<String>> rows = new ArrayList<>();
    for (Object row : list(name)) {
      if (!(row instanceof List<?> cells)) {
        throw wrong(name, "a list of lists", row);
      }
      rows.add(cells.stream().map(cell -> text(name, cell)).toList());
    }
    return rows;
  }

  public int integer(String name) {
    return Math.toIntExact(longInteger(name));
  }

  public long longInteger(String name) {
    Object value = required(name);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(name, "a whole number", value);
  }

  public double number(String name) {
    return number(name, required(name));
  }

  public List<Double> numbers(String name) {
    return list(name).stream().map(value -> number(name, value)).toList();
  }

  public List<Integer> integers(String name) {
    return numbers(name).stream().map(Double::intValue).toList();
  }

  public UsageException wrong(String name, String expected, Object value) {
    return new UsageException(
        "Cannot read %s: %s must be %s, found %s".formatted(source, name, expected, value));
  }

  private double number(String name, Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw wrong(name, "a number", value);
  }

  private String text(String name, Object value) {
    if (value instanceof String string) {
      return string;
    }
    throw wrong(name, "text (quote words that YAML takes for something else)", value);
  }

  private List<?> list(String name) {
    if (required(name) instanceof List<?> list) {
      return list;
    }
    throw wrong(name, "a list", fields.get(name));
  }

  private Object required(String name) {
    Object value = fields.get(name);
    if (value == null) {
      throw new UsageException("Cannot read %s: %s is missing".formatted(source, name));
    }
    return value;
  }
}
