package io.espalier.tools.corpus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One thing that can be said in every language, with slots that are filled alike in all of them.
 */
final class Template {
  private final String id;
  private final Map<String, Wording> wordings;
  private final List<Slot> slots;

  Template(String id, Map<String, Wording> wordings, List<Slot> slots) {
    this.id = id;
    this.wordings = Map.copyOf(wordings);
    this.slots = List.copyOf(slots);
  }

  String id() {
    return id;
  }

  /** Number of different fillings. */
  long size() {
    long size = 1;
    for (Slot slot : slots) {
      size *= slot.rows().size();
    }
    return size;
  }

  /** A sentence with uniformly drawn fillers. */
  Sentence draw(SplittableRandom random) {
    Map<String, Integer> rows = new HashMap<>();
    for (Slot slot : slots) {
      rows.put(slot.name(), random.nextInt(slot.rows().size()));
    }
    return sentence(rows);
  }

  /** Every sentence of the template. */
  void forEach(Consumer<Sentence> action) {
    forEach(0, new HashMap<>(), action);
  }

  private void forEach(int depth, Map<String, Integer> rows, Consumer<Sentence> action) {
    if (depth == slots.size()) {
      action.accept(sentence(rows));
      return;
    }
    Slot slot = slots.get(depth);
    for (int row = 0; row < slot.rows().size(); row++) {
      rows.put(slot.name(), row);
      forEach(depth + 1, rows, action);
    }
  }

  private Sentence sentence(Map<String, Integer> rows) {
    Map<String, String> texts = new HashMap<>();
    wordings.forEach((language, wording) -> texts.put(language, wording.fill(rows)));
    return new Sentence(id, texts);
  }
}
