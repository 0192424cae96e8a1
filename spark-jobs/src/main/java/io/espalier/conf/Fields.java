package io.espalier.conf;

import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One mapping of a YAML document, read field by field. A mistake does not stop the reading: its
 * field takes a stand-in, and {@link #finish} names all mistakes of the document at once, each with
 * the path of its key, such as {@code gates.targets.asked}. Keys that nobody asked for are mistakes
 * too.
 */
public final class Fields {
  private final FieldDocument document;
  private final String prefix;
  private final Map<String, Object> values;
  private final Set<String> known = new LinkedHashSet<>();
  private final Map<String, Fields> children = new HashMap<>();
  private final boolean missing;
  private boolean othersIgnored;

  private Fields(FieldDocument document, String prefix, Map<?, ?> values, boolean missing) {
    this.document = document;
    this.prefix = prefix;
    this.values = new LinkedHashMap<>();
    this.missing = missing;
    values.forEach((key, value) -> this.values.put(String.valueOf(key), value));
    document.sections().add(this);
  }

  /**
   * Begins to read a document.
   *
   * @param complaint what messages begin with, such as {@code Cannot read recipe.yaml}
   */
  public static Fields of(String complaint, Map<String, ?> values) {
    return of(complaint, values, Map.of());
  }

  /**
   * Begins to read a document that is made of several files.
   *
   * @param complaint what messages begin with
   * @param origins files that messages name besides, by the paths of the keys that come from them
   */
  public static Fields of(String complaint, Map<String, ?> values, Map<String, String> origins) {
    return new Fields(new FieldDocument(complaint, origins), "", values, false);
  }

  /**
   * Begins to read a document that a user wrote.
   *
   * @param source its name in messages
   * @throws UsageException if it is no YAML mapping
   */
  public static Fields parse(String source, String yaml) {
    try {
      return of("Cannot read " + source, YamlFile.parse(source, yaml));
    } catch (MalformedFileException e) {
      throw new UsageException(e.getMessage());
    }
  }

  /**
   * Ends the reading.
   *
   * @param exception made of the message
   * @throws X if there are mistakes
   */
  public <X extends Exception> void finish(Function<String, X> exception) throws X {
    document.sections().forEach(Fields::refuseOthers);
    if (!document.problems().isEmpty()) {
      throw exception.apply(document.message());
    }
  }

  /**
   * Makes something of fields whose constructor may complain; the complaint joins the mistakes.
   *
   * @param otherwise what stands in for it after a mistake
   */
  public <T> T make(T otherwise, Supplier<T> maker) {
    int before = document.problems().size();
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      if (document.problems().size() == before) {
        String section = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        String where = section.isEmpty() ? "" : section + ": ";
        problem(where + e.getMessage() + document.origin(section));
      }
      return otherwise;
    }
  }

  /** Leaves keys that nobody asks for alone. */
  public Fields ignoreOthers() {
    othersIgnored = true;
    return this;
  }

  /** Whether a field is there and not null. */
  public boolean has(String name) {
    return raw(name) != null;
  }

  /** Whether a field is there, be it null. */
  public boolean contains(String name) {
    known.add(name);
    return values.containsKey(name);
  }

  /** The value as YAML gave it; null if there is none. */
  public Object raw(String name) {
    known.add(name);
    return values.get(name);
  }

  /** All names, none of which is a mistake. */
  public Set<String> names() {
    known.addAll(values.keySet());
    return values.keySet();
  }

  /** A mapping that must be there. */
  public Fields child(String name) {
    return child(name, required(name));
  }

  /** A mapping; empty if it is not there. */
  public Fields childOrEmpty(String name) {
    return child(name, has(name) ? raw(name) : Map.of());
  }

  /** A mapping that may be missing. */
  public Optional<Fields> optionalChild(String name) {
    return has(name) ? Optional.of(child(name)) : Optional.empty();
  }

  /** One section is one object, which so knows every key that anybody asked it for. */
  private Fields child(String name, Object value) {
    return children.computeIfAbsent(name, key -> section(key, value));
  }

  private Fields section(String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Fields(document, prefix + name + ".", map, false);
    }
    if (value != null) {
      wrong(name, "a mapping", value);
    }
    return new Fields(document, prefix + name + ".", Map.of(), true);
  }

  /** The mappings of a list. */
  public List<Fields> children(String name) {
    List<Fields> items = new ArrayList<>();
    for (Object item : field(name, FieldType.LIST, List.of())) {
      items.add(child("%s[%s]".formatted(name, items.size()), item));
    }
    return items;
  }

  /** The fields of a mapping as YAML gave them. */
  public Map<String, Object> map(String name) {
    Fields child = child(name);
    child.names();
    return new LinkedHashMap<>(child.values);
  }

  public String string(String name) {
    return field(name, FieldType.TEXT, "");
  }

  public Optional<String> optionalString(String name) {
    return has(name) ? Optional.of(string(name)) : Optional.empty();
  }

  public List<String> strings(String name) {
    return field(name, FieldType.listOf(FieldType.TEXT), List.of());
  }

  /** A list of lists of texts. */
  public List<List<String>> table(String name) {
    return field(name, FieldType.listOf(FieldType.listOf(FieldType.TEXT)), List.of());
  }

  public int integer(String name) {
    return integer(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A whole number in [{@code min}, {@code max}]. */
  public int integer(String name, int min, int max) {
    return (int) longInteger(name, min, max);
  }

  public long longInteger(String name) {
    return longInteger(name, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A whole number in [{@code min}, {@code max}]. */
  public long longInteger(String name, long min, long max) {
    return field(name, FieldType.whole(min, max), Math.max(min, Math.min(max, 0)));
  }

  public List<Integer> integers(String name) {
    return integers(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A list of whole numbers in [{@code min}, {@code max}]. */
  public List<Integer> integers(String name, int min, int max) {
    FieldType<Long> type = FieldType.whole(min, max);
    return field(name, FieldType.listOf(type), List.<Long>of()).stream()
        .map(Long::intValue)
        .toList();
  }

  public List<Long> longIntegers(String name) {
    FieldType<Long> type = FieldType.whole(Long.MIN_VALUE, Long.MAX_VALUE);
    return field(name, FieldType.listOf(type), List.of());
  }

  /** A finite number. */
  public double number(String name) {
    return number(name, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  /** A number in [{@code min}, {@code max}]. */
  public double number(String name, double min, double max) {
    return field(name, FieldType.number(min, max), Math.max(min, Math.min(max, 0)));
  }

  public List<Double> numbers(String name) {
    FieldType<Double> type = FieldType.number(-Double.MAX_VALUE, Double.MAX_VALUE);
    return field(name, FieldType.listOf(type), List.of());
  }

  /** A list of {@code count} finite numbers; empty after a mistake. */
  public List<Double> numbers(String name, int count) {
    return field(name, FieldType.numbers(count), List.of());
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name) {
    return field(name, FieldType.FLAG, false);
  }

  /** One of several things by its label. */
  public <T> T choice(String name, List<T> choices, Function<T, String> label) {
    return field(name, FieldType.choice(choices, label), choices.get(0));
  }

  /** Several things by their labels. */
  public <T> List<T> choices(String name, List<T> choices, Function<T, String> label) {
    return field(name, FieldType.listOf(FieldType.choice(choices, label)), List.of());
  }

  /** Notes that a field is not what it has to be. */
  public void wrong(String name, String expected, Object value) {
    String origin = document.origin(path(name));
    problem(
        "%s%s must be %s, found %s%s"
            .formatted(Shown.of(prefix), Shown.of(name), expected, Shown.of(value), origin));
  }

  /** Notes a mistake. */
  public void problem(String text) {
    if (!missing) {
      document.problems().add(text);
    }
  }

  /** A key as messages name it. */
  public String path(String name) {
    return prefix + name;
  }

  private void refuseOthers() {
    for (String name : values.keySet()) {
      if (!othersIgnored && !known.contains(name)) {
        Optional<String> nearest = NearestName.of(name, known).map(this::path);
        problem(
            Shown.of(path(name))
                + " is not known"
                + nearest.map(other -> ", the nearest known key is " + other).orElse("")
                + document.origin(path(name)));
      }
    }
  }

  private Object required(String name) {
    if (!has(name)) {
      problem(path(name) + " is missing");
    }
    return raw(name);
  }

  private <T> T field(String name, FieldType<T> type, T otherwise) {
    Object value = required(name);
    Optional<T> read = value == null ? Optional.empty() : type.reading().apply(value);
    if (value != null && read.isEmpty()) {
      wrong(name, type.expected(), value);
    }
    return read.orElse(otherwise);
  }
}
