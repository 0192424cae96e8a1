package io.espalier.search.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** CTC prefix scores against the sum over every path that there is. */
class CtcPrefixPathsTest {
  private static final int FRAMES = 6;
  private static final int LABELS = 4;
  private static final int BLANK = 0;

  private final float[][] columns = columns(new Random(4));
  private final CtcPrefixScorer scorer = new CtcPrefixScorer(columns[BLANK]);

  @Test
  void aPrefixScoresTheSumOfAllPathsThatBeginWithIt() {
    check(List.of(), scorer.start());
  }

  private void check(List<Integer> prefix, CtcState state) {
    double[] paths = scorer.paths(state);
    assertClose(prefix + " alone", sum(prefix, true), scorer.end(paths));
    if (prefix.size() == 3) {
      return;
    }
    for (int label = 1; label < LABELS; label++) {
      boolean repeats = !prefix.isEmpty() && prefix.get(prefix.size() - 1) == label;
      double[] before = scorer.before(state, paths, repeats);
      int emitted = SearchRelease.ESPNET_202611.emitted(prefix.size() + 4, 4);
      double score = scorer.score(before, columns[label], emitted);
      List<Integer> longer = new ArrayList<>(prefix);
      longer.add(label);
      assertClose(longer + " and more", sum(longer, false), score);
      check(longer, scorer.extend(before, columns[label], emitted, score));
    }
  }

  /** Probability of all paths of labels that begin with the prefix, or are it. */
  private double sum(List<Integer> prefix, boolean exactly) {
    double sum = 0;
    for (int path = 0; path < Math.pow(LABELS, FRAMES); path++) {
      double logProb = 0;
      List<Integer> labels = new ArrayList<>();
      int last = BLANK;
      for (int t = 0, rest = path; t < FRAMES; t++, rest /= LABELS) {
        int label = rest % LABELS;
        logProb += columns[label][t];
        if (label != BLANK && label != last) {
          labels.add(label);
        }
        last = label;
      }
      boolean begins =
          labels.size() >= prefix.size() && labels.subList(0, prefix.size()).equals(prefix);
      if (begins && (!exactly || labels.size() == prefix.size())) {
        sum += Math.exp(logProb);
      }
    }
    return Math.log(sum);
  }

  private static void assertClose(String what, double want, double have) {
    assertThat(have).as(what).isCloseTo(want, within(1e-5));
  }

  private static float[][] columns(Random random) {
    float[][] columns = new float[LABELS][FRAMES];
    for (int t = 0; t < FRAMES; t++) {
      double[] weights = random.doubles(LABELS, 0.05, 1).toArray();
      double all = 0;
      for (double weight : weights) {
        all += weight;
      }
      for (int label = 0; label < LABELS; label++) {
        columns[label][t] = (float) Math.log(weights[label] / all);
      }
    }
    return columns;
  }
}
