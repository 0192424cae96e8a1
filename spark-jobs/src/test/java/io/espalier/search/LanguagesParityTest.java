package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.ModuleGates;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Language identification against the reference's decoder: what follows {@code <sos>}, among the
 * languages alone.
 */
class LanguagesParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theMostProbableLanguageIsTheReferences(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      for (String file : List.of("tensors_pad30.npz", reference.singleTensorFiles().get(0))) {
        check(reference, scope, reference.golden(scope, file));
      }
    }
  }

  private static void check(ReferenceModel reference, NDManager scope, Tensors golden) {
    assertThat(golden.ints("dec_prefix")[0]).isEqualTo(reference.tokens().sos());
    float[] expected = golden.get("dec_logprobs").get(new NDIndex("0, 0")).toFloatArray();
    double sum = 0;
    int best = -1;
    for (int id : reference.tokens().languages()) {
      sum += Math.exp(expected[id]);
      best = best < 0 || expected[id] > expected[best] ? id : best;
    }
    NDArray encoderOut = golden.get("encoder_out");
    try (DecoderState decoder =
        reference.model().decoder().start(scope, encoderOut, ModuleGates.OPEN, CostMeter.NONE)) {
      Languages found = new Languages(reference.tokens(), decoder, scope, -1);
      assertThat(reference.tokens().token(found.id(0))).isEqualTo(reference.tokens().token(best));
      assertThat(found.probability(0)).isCloseTo(Math.exp(expected[best]) / sum, within(1e-4));
    }
  }
}
