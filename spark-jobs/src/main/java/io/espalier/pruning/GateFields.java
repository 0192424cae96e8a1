package io.espalier.pruning;

import io.espalier.conf.Fields;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
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

  /** {@code pooling}, {@code pooling_hidden} and {@code scope}, each with its default. */
  public static FrameView view(Fields fields) {
    Pooling pooling =
        fields.has("pooling")
            ? fields.choice("pooling", List.of(Pooling.values()), Pooling::key)
            : Pooling.STATISTICS;
    Scope scope =
        fields.has("scope")
            ? fields.choice("scope", List.of(Scope.values()), Scope::key)
            : Scope.STACK;
    if (pooling == Pooling.ATTENTIVE) {
      int hidden = fields.integer("pooling_hidden", 1, Integer.MAX_VALUE);
      return new FrameView(pooling, hidden, scope);
    }
    if (fields.has("pooling_hidden")) {
      fields.problem(
          "%s has no effect without %s: attentive, omit it"
              .formatted(fields.path("pooling_hidden"), fields.path("pooling")));
    }
    return new FrameView(pooling, 0, scope);
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
