package io.espalier.search.beam;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BestTokensTest {
  private static final int ROWS = 7;

  private final NDManager manager = NDManager.newBaseManager();
  private final Kernels kernels = Kernels.load(manager);

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theyAreThoseOfAStableSortWhateverTheVocabularyIsAndHoweverManyAreEqual() {
    Random random = new Random(11);
    for (int vocabulary : new int[] {2, 50, 127, 128, 129, 500, 1000, 5003}) {
      for (int values : new int[] {1, 3, 40, 1_000_000}) {
        float[][] scores = new float[ROWS][vocabulary];
        for (float[] row : scores) {
          for (int id = 0; id < vocabulary; id++) {
            boolean forbidden = random.nextInt(4) == 0;
            row[id] = forbidden ? -1e30f : -random.nextInt(values) / 7f;
          }
        }
        check(scores, 1 + random.nextInt(Math.min(12, vocabulary)), random.nextInt(vocabulary));
      }
    }
  }

  @Test
  void ofASmallVocabularyAllMayBeWanted() {
    check(new float[][] {{-3, -1, -1e30f, -1}}, 9, 2);
  }

  private void check(float[][] scores, int most, int eos) {
    int vocabulary = scores[0].length;
    float[] flat = new float[scores.length * vocabulary];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = scores[i / vocabulary][i % vocabulary];
    }
    NDArray array = manager.create(flat, new Shape(scores.length, vocabulary));
    BestTokens best = BestTokens.of(kernels, manager, array, most, eos);
    for (int row = 0; row < scores.length; row++) {
      float[] own = scores[row];
      Comparator<Integer> byScore = Comparator.comparingDouble(id -> own[id]);
      int[] ids = IntStream.range(0, vocabulary).toArray();
      if (most < vocabulary) {
        ids =
            Arrays.stream(ids)
                .boxed()
                .sorted(byScore.reversed())
                .limit(most)
                .mapToInt(id -> id)
                .toArray();
      }
      Candidates found = best.candidates(row);
      assertThat(found.ids()).as("best %d of %d", most, vocabulary).isEqualTo(ids);
      assertThat(found.logProbs())
          .isEqualTo(Arrays.stream(ids).mapToDouble(id -> possible(own[id])).toArray());
      assertThat(found.endLogProb()).isEqualTo(possible(own[eos]));
    }
  }

  private static double possible(float score) {
    return score < -1e29f ? Double.NEGATIVE_INFINITY : score;
  }
}
