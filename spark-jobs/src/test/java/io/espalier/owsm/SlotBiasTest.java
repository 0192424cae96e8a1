package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlotBiasTest {
  private static final float NO = Float.NEGATIVE_INFINITY;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aHypothesisThatOwnsEverySlotNeedsNoBias() {
    int[][] parents = {{0}, {0}, {0}};
    List<RowSlots> rows = List.of(row(2, parents), row(2, parents));
    assertThat(SlotBias.ofStep(manager, rows, 4, 1).size()).isZero();
  }

  @Test
  void theLastHypothesisDoesNotSeeTheSlotsOfTheDead() {
    // Slots 2 and 3 hold the two tokens behind the prompt; only the second goes on.
    NDArray bias = SlotBias.ofStep(manager, List.of(row(2, new int[][] {{0, 0}, {1}})), 4, 1);
    assertThat(bias.getShape()).isEqualTo(new Shape(1, 1, 1, 5));
    assertThat(bias.toFloatArray()).containsExactly(0, 0, NO, 0, 0);
  }

  @Test
  void aShorterPromptDoesNotSeeThePaddingOfOneThatHasLeft() {
    RowSlots row = new RowSlots(1);
    row.follow(new int[] {0});
    row.place(2);
    row.follow(new int[] {0});
    assertThat(SlotBias.ofStep(manager, List.of(row), 3, 1).toFloatArray())
        .containsExactly(0, NO, 0, 0);
  }

  @Test
  void hypothesesDoNotSeeEachOther() {
    List<RowSlots> rows =
        List.of(row(1, new int[][] {{0, 0}, {0, 1}}), row(1, new int[][] {{0, 0}, {0}}));
    assertThat(SlotBias.ofStep(manager, rows, 3, 2).toFloatArray())
        .containsExactly(
            0, 0, NO, 0, NO, //
            0, NO, 0, NO, 0, //
            0, 0, NO, 0, NO, //
            0, NO, NO, NO, 0);
  }

  @Test
  void aPromptSeesWhatCameBefore() {
    assertThat(SlotBias.ofPrompts(manager, 1, 3).toFloatArray())
        .containsExactly(0, NO, NO, 0, 0, NO, 0, 0, 0);
  }

  /** A row behind its steps: all but the last have run. */
  private static RowSlots row(int prompt, int[][] parents) {
    RowSlots row = new RowSlots(prompt);
    int slot = prompt;
    for (int step = 0; step < parents.length; step++) {
      row.follow(parents[step]);
      if (step < parents.length - 1) {
        row.place(slot);
        slot += parents[step].length;
      }
    }
    return row;
  }
}
