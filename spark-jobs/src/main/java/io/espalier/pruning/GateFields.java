package io.espalier.pruning;

import io.espalier.conf.Fields;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Fields of YAML documents that are about gates. */
public final class GateFields {
  private static final SparsityRange NONE = new SparsityRange(0, 0);

  private GateFields() {}

  /** A list of context kinds. */
  public static Set<ContextKind> contexts(Fields fields, String name) {
    Set<ContextKind> contexts = EnumSet.noneOf(ContextKind.class);
    contexts.addAll(fields.choices(name, List.of(ContextKind.values()), ContextKind::key));
    return contexts;
  }

  /** Two sparsities, the lower one first. */
  public static SparsityRange range(Fields fields, String name) {
    List<Double> ends = fields.numbers(name, 2);
    try {
      return ends.isEmpty() ? NONE : new SparsityRange(ends.get(0), ends.get(1));
    } catch (IllegalArgumentException e) {
      fields.wrong(name, "two rising numbers between 0 and 1", ends);
      return NONE;
    }
  }
}
