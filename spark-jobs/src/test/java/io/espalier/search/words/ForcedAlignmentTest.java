package io.espalier.search.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForcedAlignmentTest {
  private static final int BLANK = 0;
  private static final int SYMBOLS = 4;

  @Test
  void findsTheBestOfAllPathsThatSayTheTokens() {
    Random random = new Random(5);
    for (int trial = 0; trial < 300; trial++) {
      int frames = 1 + random.nextInt(6);
      int[] tokens = random.ints(1 + random.nextInt(3), 1, SYMBOLS).toArray();
      TokenScores scores = scores(random, frames);
      Optional<List<TokenSpan>> found = ForcedAlignment.align(scores, tokens);
      List<int[]> paths = new ArrayList<>();
      paths(new int[frames], 0, tokens, paths);
      assertThat(found.isPresent()).isEqualTo(!paths.isEmpty());
      if (found.isPresent()) {
        double best = paths.stream().mapToDouble(path -> sum(scores, path)).max().orElseThrow();
        int[] path = path(found.get(), tokens, frames);
        assertThat(collapse(path)).containsExactly(box(tokens));
        assertThat(sum(scores, path)).isCloseTo(best, within(1e-9));
        double blanks = 0;
        for (int frame = 0; frame < frames; frame++) {
          blanks += path[frame] == BLANK ? at(scores, frame, BLANK) : 0;
        }
        double said = found.get().stream().mapToDouble(TokenSpan::logProbability).sum();
        assertThat(blanks + said).isCloseTo(best, within(1e-9));
      }
    }
  }

  @Test
  void equalTokensNeedABlankBetweenThem() {
    TokenScores scores = scores(new Random(1), 2);
    assertThat(ForcedAlignment.align(scores, new int[] {2, 2})).isEmpty();
    assertThat(ForcedAlignment.align(scores, new int[] {2, 3})).isPresent();
  }

  @Test
  void noTokensAreSaidNowhere() {
    assertThat(ForcedAlignment.align(scores(new Random(1), 3), new int[0])).contains(List.of());
  }

  @Test
  void aSymbolOfProbabilityZeroCannotBeSaid() {
    float[] values = new float[3 * SYMBOLS];
    Arrays.fill(values, 3, 6, Float.NEGATIVE_INFINITY);
    TokenScores scores = frames(values, 3);
    assertThat(ForcedAlignment.align(scores, new int[] {1})).isEmpty();
    assertThat(ForcedAlignment.align(scores, new int[] {2})).isPresent();
  }

  private static TokenScores scores(Random random, int frames) {
    float[] values = new float[frames * SYMBOLS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.log(1e-3 + random.nextDouble());
    }
    return frames(values, frames);
  }

  private static TokenScores frames(float[] values, int frames) {
    return new TokenScores(values, frames, Map.of(0, 0, 1, 1, 2, 2, 3, 3), BLANK);
  }

  private static double at(TokenScores scores, int frame, int token) {
    return scores.values()[scores.first(token) + frame];
  }

  private static void paths(int[] path, int frame, int[] tokens, List<int[]> found) {
    if (frame == path.length) {
      if (collapse(path).equals(List.of(box(tokens)))) {
        found.add(path.clone());
      }
      return;
    }
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      path[frame] = symbol;
      paths(path, frame + 1, tokens, found);
    }
  }

  private static List<Integer> collapse(int[] path) {
    List<Integer> said = new ArrayList<>();
    for (int i = 0; i < path.length; i++) {
      if (path[i] != BLANK && (i == 0 || path[i] != path[i - 1])) {
        said.add(path[i]);
      }
    }
    return said;
  }

  private static int[] path(List<TokenSpan> spans, int[] tokens, int frames) {
    int[] path = new int[frames];
    for (int i = 0; i < tokens.length; i++) {
      for (int frame = spans.get(i).start(); frame < spans.get(i).end(); frame++) {
        path[frame] = tokens[i];
      }
    }
    return path;
  }

  private static double sum(TokenScores scores, int[] path) {
    double sum = 0;
    for (int frame = 0; frame < path.length; frame++) {
      sum += at(scores, frame, path[frame]);
    }
    return sum;
  }

  private static Integer[] box(int[] tokens) {
    Integer[] boxed = new Integer[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      boxed[i] = tokens[i];
    }
    return boxed;
  }
}
