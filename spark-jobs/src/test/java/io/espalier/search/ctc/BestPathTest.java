package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.owsm.TokenTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestPathTest {
  private static final int BLANK = 0;

  @Test
  void repeatsAreOneTokenUnlessABlankIsBetween() {
    BestPath path = BestPath.of(List.of(frames(0, 3, 3, 0, 3, 4, 4, 5, 0)), BLANK);
    assertThat(path.tokens()).containsExactly(3, 3, 4, 5);
  }

  @Test
  void aTokenThatGoesOnInTheNextPartIsOne() {
    BestPath path = BestPath.of(List.of(frames(3, 4), frames(4, 4, 5), frames(5, 0, 5)), BLANK);
    assertThat(path.tokens()).containsExactly(3, 4, 5, 5);
  }

  @Test
  void blanksAloneSayNothing() {
    BestPath path = BestPath.of(List.of(frames(0, 0)), BLANK);
    assertThat(path.tokens()).isEmpty();
    assertThat(path.tokenScore()).isZero();
  }

  @Test
  void aTokenCountsWhereItIsSurest() {
    CtcFrames frames =
        new CtcFrames(
            new int[] {3, 3, 0, 4, 4},
            new float[] {-2, -0.5f, -0.25f, -1, -3},
            new float[0],
            new int[0]);
    BestPath path = BestPath.of(List.of(frames), BLANK);
    assertThat(path.score()).isEqualTo(-6.75, within(1e-9));
    assertThat(path.tokenScore()).isEqualTo(-1.5, within(1e-9));
  }

  @Test
  void theFirstLanguageThatIsSpokenOutIsTheLanguage() {
    TokenTable tokens = new TokenTable(List.of("<blank>", "<eng>", "<deu>", "<asr>", "a"));
    int[] watched = {1, 2};
    float sure = (float) Math.log(0.6);
    float unsure = (float) Math.log(0.2);
    CtcFrames spoken =
        new CtcFrames(
            new int[] {0, 2, 1},
            new float[3],
            new float[] {unsure, unsure, unsure, sure, sure, unsure},
            watched);
    assertThat(spoken.language(tokens).id()).isEqualTo(2);
    assertThat(spoken.language(tokens).probability()).isEqualTo(0.75, within(1e-6));
    CtcFrames silent =
        new CtcFrames(
            new int[] {0, 0}, new float[2], new float[] {unsure, unsure, sure, unsure}, watched);
    assertThat(silent.language(tokens).id()).isEqualTo(1);
    assertThat(silent.highest(1)).isEqualTo(0.6, within(1e-6));
    assertThat(silent.highest(4)).isNaN();
  }

  private static CtcFrames frames(int... ids) {
    return new CtcFrames(ids, new float[ids.length], new float[0], new int[0]);
  }
}
