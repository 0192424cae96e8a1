package io.espalier.training.recipe;

import io.espalier.conf.Fields;
import io.espalier.conf.Shown;
import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.files.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A recipe file that may be based on another one ({@code base: FILE}, relative to the file): it has
 * all keys of the other, and its own keys win. Mappings are merged key by key, unless the own one
 * says {@code base: none}; lists are replaced; a key whose own value is null is left out.
 */
public final class RecipeFile {
  private static final String BASE = "base";
  private static final String NO_BASE = "none";

  private final String name;
  private final Map<String, Object> values;

  /** Files that values come from, other than {@link #name}, by the paths of their keys. */
  private final Map<String, String> origins = new TreeMap<>();

  private RecipeFile(String name, Map<?, ?> values) {
    this.name = name;
    this.values = strings(values);
  }

  /**
   * Begins to read a recipe.
   *
   * @throws UsageException naming the file that is no YAML mapping, that does not exist, or that is
   *     based on itself
   */
  public static Fields read(Path file) throws IOException {
    RecipeFile recipe = read(file, List.of());
    return Fields.of("Cannot read " + file, recipe.values, recipe.origins);
  }

  private static RecipeFile read(Path file, List<Path> above) throws IOException {
    List<Path> chain = new ArrayList<>(above);
    chain.add(file);
    RecipeFile own = parse(file);
    if (!own.values.containsKey(BASE)) {
      return own;
    }
    Object base = own.values.remove(BASE);
    if (!(base instanceof String other)) {
      throw new UsageException(
          "Cannot read %s: base must be the name of a file, found %s"
              .formatted(file, Shown.of(base)));
    }
    Path below = beside(file, other);
    if (!Files.isRegularFile(below)) {
      throw new UsageException(
          "Cannot read %s: its base %s is not a file"
              .formatted(file, Shown.name(below.toString())));
    }
    for (Path one : chain) {
      if (Files.isSameFile(one, below)) {
        throw new UsageException(
            "Cannot read %s: it is based on itself (%s)".formatted(below, text(chain, below)));
      }
    }
    RecipeFile rest = read(below, chain);
    own.take(rest, rest.values, own.values, "");
    return own;
  }

  private static Path beside(Path file, String name) {
    try {
      return file.resolveSibling(name).normalize();
    } catch (InvalidPathException e) {
      throw new UsageException(
          "Cannot read %s: its base %s is not a file".formatted(file, Shown.name(name)));
    }
  }

  private static RecipeFile parse(Path file) throws IOException {
    String text = Utf8Text.read(file);
    try {
      return new RecipeFile(file.toString(), YamlFile.parse(file.toString(), text));
    } catch (MalformedFileException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private static String text(List<Path> chain, Path last) {
    return chain.stream().map(Path::toString).collect(Collectors.joining(" -> ")) + " -> " + last;
  }

  /**
   * Takes what another file has and this one has not.
   *
   * @param theirs a mapping of the other
   * @param mine the mapping to fill
   * @param prefix of the keys' paths in both
   */
  private void take(
      RecipeFile other, Map<String, Object> theirs, Map<String, Object> mine, String prefix) {
    for (Map.Entry<String, Object> entry : theirs.entrySet()) {
      String key = entry.getKey();
      String path = prefix + key;
      if (!mine.containsKey(key)) {
        mine.put(key, entry.getValue());
        origins.put(path, other.name);
        other.origins.forEach(
            (place, file) -> {
              if (place.equals(path) || place.startsWith(path + ".")) {
                origins.put(place, file);
              }
            });
      } else if (mine.get(key) instanceof Map<?, ?> own
          && entry.getValue() instanceof Map<?, ?> their) {
        Map<String, Object> section = strings(own);
        mine.put(key, section);
        if (!section.remove(BASE, NO_BASE)) {
          take(other, strings(their), section, path + ".");
        }
      }
    }
    mine.values().removeIf(value -> value == null);
  }

  private static Map<String, Object> strings(Map<?, ?> map) {
    Map<String, Object> strings = new LinkedHashMap<>();
    map.forEach((key, value) -> strings.put(String.valueOf(key), value));
    return strings;
  }
}
