package io.espalier.search.beam;

import static io.espalier.search.SearchParityTest.assertScore;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CTC prefix scores against ESPnet's {@code CTCPrefixScoreTH}, step by step. Behind a prompt of one
 * token all releases score the same; the scores behind one of four are those of 202511.
 */
class CtcPrefixParityTest {
  private static final Map<Integer, Set<SearchRelease>> PRIMERS =
      Map.of(
          1, Set.of(SearchRelease.ESPNET_202511, SearchRelease.ESPNET_202611),
          4, Set.of(SearchRelease.ESPNET_202511));

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStepMatches(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      PRIMERS.forEach(
          (primer, releases) -> releases.forEach(release -> check(reference, primer, release)));
    }
  }

  private static void check(ReferenceModel reference, int primer, SearchRelease release) {
    String file = "ctc_prefix_primer" + primer + ".npz";
    assertThat(reference.set().golden(file)).exists();
    try (NDManager scope = reference.manager().newSubManager()) {
      new Walk(reference, scope, reference.golden(scope, file), primer, release).check();
    }
  }

  /** The scorer along the prefixes of one file. */
  private static final class Walk {
    private final ReferenceModel reference;
    private final Tensors golden;
    private final float[][] columns;
    private final CtcPrefixScorer scorer;
    private final Map<List<Integer>, CtcState> states = new HashMap<>();
    private final int primer;
    private final SearchRelease release;

    Walk(
        ReferenceModel reference,
        NDManager scope,
        Tensors golden,
        int primer,
        SearchRelease release) {
      this.reference = reference;
      this.primer = primer;
      this.release = release;
      this.golden = golden;
      NDArray logProbs = reference.model().ctc().logProbs(scope, golden.get("enc").expandDims(0));
      int frames = (int) logProbs.getShape().get(1);
      int vocabulary = (int) logProbs.getShape().get(2);
      float[] flat = logProbs.transpose(0, 2, 1).toFloatArray();
      columns = new float[vocabulary][];
      for (int id = 0; id < vocabulary; id++) {
        columns[id] = Arrays.copyOfRange(flat, id * frames, (id + 1) * frames);
      }
      scorer = new CtcPrefixScorer(columns[reference.tokens().blank()]);
    }

    void check() {
      int steps = 0;
      for (int i = 0; golden.has("ids_" + i); i++, steps++) {
        List<List<Integer>> prefixes = rows(golden.ints("y" + i), "y" + i);
        List<List<Integer>> ids = rows(golden.ints("ids_" + i), "ids_" + i);
        float[] scores = golden.get("scores_" + i).toFloatArray();
        float[] ends = golden.get("eos_score_" + i).toFloatArray();
        for (int h = 0; h < prefixes.size(); h++) {
          checkPrefix(prefixes.get(h), ids.get(h), scores, h * ids.get(h).size(), ends[h]);
        }
      }
      assertThat(steps).isPositive();
    }

    private List<List<Integer>> rows(int[] flat, String name) {
      int width = (int) golden.get(name).getShape().get(1);
      List<List<Integer>> rows = new ArrayList<>();
      for (int from = 0; from < flat.length; from += width) {
        rows.add(Arrays.stream(flat, from, from + width).boxed().toList());
      }
      return rows;
    }

    private void checkPrefix(
        List<Integer> prefix, List<Integer> ids, float[] scores, int offset, float end) {
      CtcState state = states.computeIfAbsent(prefix, any -> scorer.start());
      double[] paths = scorer.paths(state);
      assertScore("end of " + prefix, end, scorer.end(paths) - state.score());
      int emitted = release.emitted(prefix.size(), primer);
      for (int i = 0; i < ids.size(); i++) {
        int id = ids.get(i);
        if (id == reference.tokens().blank() || id == reference.tokens().eos()) {
          continue;
        }
        boolean repeats = id == prefix.get(prefix.size() - 1);
        double[] before = scorer.before(state, paths, repeats);
        double score = scorer.score(before, columns[id], emitted);
        assertScore(prefix + " and " + id, scores[offset + i], score - state.score());
        List<Integer> longer = new ArrayList<>(prefix);
        longer.add(id);
        states.put(longer, scorer.extend(before, columns[id], emitted, score));
      }
    }
  }
}
