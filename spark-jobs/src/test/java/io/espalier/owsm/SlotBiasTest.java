package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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
    assertThat(step(new int[] {2, 2}, new int[][][] {{{2, 3}}, {{2, 3}}}, 4, 1).size()).isZero();
  }

  @Test
  void theLastHypothesisDoesNotSeeTheSlotsOfTheDead() {
    NDArray bias = step(new int[] {2}, new int[][][] {{{3}}}, 4, 1);
    assertThat(bias.getShape()).isEqualTo(new Shape(1, 1, 1, 5));
    assertThat(bias.toFloatArray()).containsExactly(0, 0, NO, 0, 0);
  }

  @Test
  void aShorterPromptDoesNotSeeThePaddingOfOneThatHasLeft() {
    assertThat(step(new int[] {1}, new int[][][] {{{2}}}, 3, 1).toFloatArray())
        .containsExactly(0, NO, 0, 0);
  }

  @Test
  void aRowThatIsDoneAsksForNoBias() {
    assertThat(step(new int[] {1, 2}, new int[][][] {{}, {{2}}}, 3, 1).size()).isZero();
  }

  @Test
  void hypothesesDoNotSeeEachOther() {
    NDArray bias = step(new int[] {1, 1}, new int[][][] {{{1}, {2}}, {{1}}}, 3, 2);
    assertThat(bias.toFloatArray())
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

  private NDArray step(int[] prompts, int[][][] ancestors, int used, int queries) {
    return SlotBias.ofStep(manager, prompts, ancestors, used, queries);
  }
}
