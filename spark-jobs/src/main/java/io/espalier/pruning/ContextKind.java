package io.espalier.pruning;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a gate predictor may look at besides the frames. */
public enum ContextKind {
  /** Who speaks. */
  SPEAKER(0),
  /** What it sounds like. */
  EVENT(1),
  /** Which language is spoken. */
  LANGUAGE(2),
  /** What is to be made of it. */
  TASK(3);

  private final int place;

  ContextKind(int place) {
    this.place = place;
  }

  /** Its column among all kinds. */
  int place() {
    return place;
  }

  /** The name in recipes and options. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of that name.
   *
   * @throws IllegalArgumentException naming the known ones if there is none
   */
  public static ContextKind of(String key) {
    return Arrays.stream(values())
        .filter(kind -> kind.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown context: %s, known are %s"
                        .formatted(
                            key,
                            Arrays.stream(values())
                                .map(ContextKind::key)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * A set of kinds: {@code all}, {@code none}, or names with commas between.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  public static Set<ContextKind> setOf(String text) {
    return switch (text) {
      case "all" -> EnumSet.allOf(ContextKind.class);
      case "none" -> EnumSet.noneOf(ContextKind.class);
      default -> setOf(Arrays.stream(text.split(",", -1)).map(String::strip).toList());
    };
  }

  /**
   * The kinds of those names.
   *
   * @throws IllegalArgumentException if a name is unknown
   */
  public static Set<ContextKind> setOf(List<String> keys) {
    Set<ContextKind> kinds = EnumSet.noneOf(ContextKind.class);
    keys.forEach(key -> kinds.add(of(key)));
    return kinds;
  }
}
