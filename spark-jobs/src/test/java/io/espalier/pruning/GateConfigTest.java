package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GateConfigTest {
  private static final SparsityRange ALL = new SparsityRange(0, 1);

  @Test
  void theNearestSparsityOfARangeIsTaken() {
    Random random = new Random(7);
    for (int trial = 0; trial < 500; trial++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      SparsityRange range = new SparsityRange(Math.min(a, b), Math.max(a, b));
      double sparsity = random.nextDouble();
      double nearest = range.clamp(sparsity);
      assertThat(nearest).isBetween(range.low(), range.high());
      if (sparsity >= range.low() && sparsity <= range.high()) {
        assertThat(nearest).isEqualTo(sparsity);
      } else {
        assertThat(nearest).isIn(range.low(), range.high());
        double far = nearest == range.low() ? range.high() : range.low();
        assertThat(Math.abs(nearest - sparsity)).isLessThanOrEqualTo(Math.abs(far - sparsity));
      }
    }
  }

  @Test
  void rangesRiseBetweenZeroAndOne() {
    for (double[] ends :
        new double[][] {{0.5, 0.4}, {-0.1, 0.5}, {0.5, 1.1}, {Double.NaN, 1}, {0, Double.NaN}}) {
      assertThatThrownBy(() -> new SparsityRange(ends[0], ends[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Invalid targets: %s to %s, must rise between 0 and 1", ends[0], ends[1]);
    }
    assertThat(new SparsityRange(0.4, 0.4).clamp(1)).isEqualTo(0.4);
  }

  @Test
  void embeddingsHaveASizeWhereTheyAreLookedAtAndNowhereElse() {
    for (ContextKind kind : List.of(ContextKind.SPEAKER, ContextKind.EVENT)) {
      int speaker = kind == ContextKind.SPEAKER ? 6 : 0;
      int event = kind == ContextKind.EVENT ? 4 : 0;
      assertThat(config(Set.of(kind), speaker, event, 8, 8, 0.5).contexts()).containsOnly(kind);
      assertThatThrownBy(() -> config(Set.of(kind), 0, 0, 8, 8, 0.5))
          .hasMessage(
              "Invalid gate predictors: speaker embeddings of 0 and event embeddings of 0 for [%s]",
              kind);
      assertThatThrownBy(() -> config(Set.of(), speaker, event, 8, 8, 0.5))
          .hasMessage(
              "Invalid gate predictors: speaker embeddings of %s and event embeddings of %s for []",
              speaker, event);
    }
  }

  @Test
  void layersHaveAWidthAndTheTargetIsAShare() {
    assertThatThrownBy(() -> config(Set.of(), 0, 0, 0, 8, 0.5))
        .hasMessage("Invalid gate predictors: projection 0 and hidden 8 must be at least 1");
    assertThatThrownBy(() -> config(Set.of(), 0, 0, 8, 0, 0.5))
        .hasMessage("Invalid gate predictors: projection 8 and hidden 0 must be at least 1");
    for (double target : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> config(Set.of(), 0, 0, 8, 8, target))
          .hasMessage("Invalid target sparsity: %s, must be between 0 and 1", target);
    }
  }

  private static GateConfig config(
      Set<ContextKind> contexts,
      int speakerSize,
      int eventSize,
      int projection,
      int hidden,
      double target) {
    return new GateConfig(
        contexts,
        speakerSize,
        eventSize,
        List.of(),
        List.of(),
        projection,
        hidden,
        ALL,
        ALL,
        target);
  }
}
