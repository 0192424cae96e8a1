package io.espalier.owsm.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FramePlanTest {
  @Test
  void theFramesWithTheMostAttentionStayInOrder() {
    assertThat(FramePlan.best(new float[] {3, 1, 2, 5, 4}, 3)).containsExactly(0, 3, 4);
    assertThat(FramePlan.best(new float[] {1, 1, 1, 1}, 2)).containsExactly(0, 1);
  }

  @Test
  void theNeighboursThatAreMostAlikeJoin() {
    assertThat(FramePlan.joined(new float[] {0.1f, 0.9f, 0.2f}, 3)).containsExactly(0, 1, 1, 2);
    assertThat(FramePlan.joined(new float[] {0.8f, 0.9f, 0.2f}, 2)).containsExactly(0, 0, 0, 1);
    assertThat(FramePlan.joined(new float[] {0.8f, 0.9f, 0.2f}, 4)).containsExactly(0, 1, 2, 3);
    assertThat(FramePlan.joined(new float[0], 1)).containsExactly(0);
  }

  @Test
  void asManyStayAsTheChoiceSays() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      int frames = 1 + random.nextInt(60);
      FrameChoice choice = new FrameChoice(FrameChoice.Way.DROP, random.nextInt(100) / 100.0, 1);
      int kept = choice.kept(frames);
      float[] scores = new float[frames];
      IntStream.range(0, frames).forEach(frame -> scores[frame] = random.nextFloat());
      int[] best = FramePlan.best(scores, kept);
      assertThat(best).hasSize(kept).isSorted().doesNotHaveDuplicates();
      float[] alike = new float[frames - 1];
      IntStream.range(0, frames - 1).forEach(frame -> alike[frame] = random.nextFloat());
      int[] joined = FramePlan.joined(alike, kept);
      assertThat(joined).hasSize(frames).isSorted();
      assertThat(IntStream.of(joined).distinct().toArray())
          .isEqualTo(IntStream.range(0, kept).toArray());
    }
  }

  @Test
  void anOptionIsReadAsItIsWritten() {
    for (String text : new String[] {"keep", "drop:0.4@2", "merge:0.25@1", "drop:0@12"}) {
      assertThat(FrameChoice.parse(text).text()).isEqualTo(text);
    }
    for (String wrong : new String[] {"", "drop", "drop:1@2", "drop:0.4@0", "drop:-0.1@1", "x"}) {
      assertThatThrownBy(() -> FrameChoice.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid frames: %s, must be keep, ".formatted(wrong));
    }
    assertThatThrownBy(() -> FrameChoice.parse("drop:0.4@7").requireFits(6))
        .hasMessage("Invalid frames: drop:0.4@7, the encoder has 6 blocks");
  }
}
