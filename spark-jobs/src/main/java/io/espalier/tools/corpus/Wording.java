package io.espalier.tools.corpus;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template in one language: literal text and placeholders, resolved to columns of their slots.
 */
final class Wording {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)(?:\\.(\\w+))?}");

  private sealed interface Piece permits Literal, Placeholder {}

  private record Literal(String text) implements Piece {}

  private record Placeholder(Slot slot, int column) implements Piece {}

  private final List<Piece> pieces;

  private Wording(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  static Wording parse(String template, String language, String text, Map<String, Slot> slots) {
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      pieces.add(new Literal(text.substring(end, matcher.start())));
      Slot slot = slots.get(matcher.group(1));
      if (slot == null) {
        throw new UsageException(
            "Cannot read template %s in language %s: no slot is named %s"
                .formatted(template, language, matcher.group(1)));
      }
      String form = matcher.group(2) == null ? "" : matcher.group(2);
      pieces.add(new Placeholder(slot, slot.column(language, form)));
      end = matcher.end();
    }
    pieces.add(new Literal(text.substring(end)));
    return new Wording(pieces);
  }

  /** Names of the slots that it uses, sorted. */
  Set<String> slots() {
    Set<String> names = new TreeSet<>();
    for (Piece piece : pieces) {
      if (piece instanceof Placeholder placeholder) {
        names.add(placeholder.slot().name());
      }
    }
    return names;
  }

  /**
   * The text with every placeholder filled.
   *
   * @param rows slot name to row number
   */
  String fill(Map<String, Integer> rows) {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece instanceof Literal literal) {
        text.append(literal.text());
      } else if (piece instanceof Placeholder placeholder) {
        Slot slot = placeholder.slot();
        text.append(slot.rows().get(rows.get(slot.name())).get(placeholder.column()));
      }
    }
    return text.toString();
  }
}
