package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The network against ESPnet's own outputs, stage by stage. */
class NetworkParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void subsamplingMatches(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      for (String name : reference.singleTensorFiles()) {
        Tensors golden = reference.golden(scope, name);
        Encoder encoder = reference.model().encoder();
        NDArray image = encoder.subsampling().convolve(scope, golden.get("feats_norm"));
        golden.assertClose("conv_out", image);
        golden.assertClose(
            "subsample_linear", encoder.subsampling().frames(scope, golden.get("feats_norm")));
        golden.assertClose(
            "subsample_pos", encoder.subsample(scope, golden.get("feats_norm"), CostMeter.NONE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void partsOfTheFirstBlockMatch(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      for (String name : reference.singleTensorFiles()) {
        Tensors golden = reference.golden(scope, name);
        EncoderLayer layer = reference.model().encoder().layers().get(0);
        FrameMask mask = FrameMask.none(scope);
        NDArray x = golden.get("subsample_pos");
        NDArray ffn1 = layer.ffn1().forward(scope, x);
        golden.assertClose("l0_ffn_macaron", ffn1);
        NDArray y = x.add(ffn1.mul(0.5f));
        NDArray a = layer.attention().forward(scope, y, mask);
        golden.assertClose("l0_attn", a);
        NDArray c = layer.cgmlp().forward(scope, y, mask);
        golden.assertClose("l0_cgmlp", c);
        golden.assertClose("l0_csgu", layer.cgmlp().spatialGate(scope, y, mask));
        NDArray merged = layer.merge().both(scope, a, c, mask);
        golden.assertClose("l0_merge", merged);
        golden.assertClose("l0_ffn", layer.ffn2().forward(scope, y.add(merged)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyEncoderLayerMatches(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      checkSingle(reference);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyEncoderLayerMatchesWithTheKernelsOfAGpu(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set, Kernels::plain)) {
      checkSingle(reference);
    }
  }

  private static void checkSingle(ReferenceModel reference) {
    try (NDManager scope = reference.manager().newSubManager()) {
      for (String name : reference.singleTensorFiles()) {
        Tensors golden = reference.golden(scope, name);
        checkLayers(scope, reference, golden, FrameMask.none(scope));
        NDArray out = golden.get("encoder_out");
        golden.assertClose("ctc_logprobs", reference.model().ctc().logProbs(scope, out));
        checkDecoder(scope, reference, golden, allFrames(golden));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void paddedBatchMatchesWithItsLeaks(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "tensors_batch.npz");
      int frames = (int) golden.get("subsample_pos").getShape().get(1);
      int[] lengths = slicedLengths(reference, golden.ints("feats_lens"));
      assertThat(lengths).containsExactly(golden.ints("encoder_out_lens"));
      FrameMask mask = FrameMask.of(scope, lengths, frames, false);
      checkLayers(scope, reference, golden, mask);
      checkDecoder(scope, reference, golden, lengths);
      NDArray ctc = reference.model().ctc().logProbs(scope, golden.get("encoder_out"));
      assertThat(ctc.argMax(2).toType(DataType.INT64, false).toLongArray())
          .containsExactly(golden.get("ctc_argmax").toLongArray());
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void fullWindowMatches(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "tensors_pad30.npz");
      NDArray out = closest(scope, reference, golden.get("encoder_out"));
      golden.assertClose("encoder_out", out);
      NDArray ctc = reference.model().ctc().logProbs(scope, out);
      assertThat(ctc.argMax(2).toType(DataType.INT64, false).toLongArray())
          .containsExactly(golden.get("ctc_argmax").toLongArray());
      NDArray selected = ctc.get(new NDIndex("{}, {}", 0, golden.get("ctc_frames"))).expandDims(0);
      golden.assertClose("ctc_logprobs_sel", selected);
      checkDecoder(scope, reference, golden, allFrames(golden));
    }
  }

  /** The set does not say which of its recordings the file is about: it is the one that fits. */
  private static NDArray closest(NDManager scope, ReferenceModel reference, NDArray expected) {
    NDArray best = null;
    float least = Float.MAX_VALUE;
    for (String wav : reference.recordings()) {
      float[] samples =
          Arrays.copyOf(reference.samples(wav), reference.model().config().windowSamples());
      NDArray features =
          reference
              .model()
              .logMel()
              .forward(scope, scope.create(samples, new Shape(1, samples.length)));
      NDArray frames = reference.model().encoder().subsample(scope, features, CostMeter.NONE);
      NDArray out =
          reference
              .model()
              .encoder()
              .forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, CostMeter.NONE);
      float difference = out.sub(expected).abs().max().getFloat();
      if (difference < least) {
        least = difference;
        best = out;
      }
    }
    return best;
  }

  private static int[] allFrames(Tensors golden) {
    Shape shape = golden.get("encoder_out").getShape();
    int[] lengths = new int[(int) shape.get(0)];
    Arrays.fill(lengths, (int) shape.get(1));
    return lengths;
  }

  private static void checkLayers(
      NDManager scope, ReferenceModel reference, Tensors golden, FrameMask mask) {
    Encoder encoder = reference.model().encoder();
    NDArray x = golden.get("subsample_pos");
    for (int i = 0; i < encoder.layers().size(); i++) {
      x = encoder.layers().get(i).forward(scope, x, mask, ModuleGates.OPEN, CostMeter.NONE);
      golden.assertClose("enc_layer_" + i, x);
    }
    NDArray out =
        encoder.forward(scope, golden.get("subsample_pos"), mask, ModuleGates.OPEN, CostMeter.NONE);
    golden.assertClose("encoder_out", out);
  }

  /** Teacher forcing: all positions of the prefix at once. */
  private static void checkDecoder(
      NDManager scope, ReferenceModel reference, Tensors golden, int... lengths) {
    NDArray prefix = golden.get("dec_prefix");
    int rows = (int) prefix.getShape().get(0);
    int length = (int) prefix.getShape().get(1);
    int[] flat = golden.ints("dec_prefix");
    int[][] prompts = new int[rows][];
    for (int row = 0; row < rows; row++) {
      prompts[row] = Arrays.copyOfRange(flat, row * length, (row + 1) * length);
    }
    try (DecoderState state =
        reference
            .model()
            .decoder()
            .start(scope, golden.get("encoder_out"), lengths, ModuleGates.OPEN, CostMeter.NONE)) {
      NDArray all = state.logProbs(scope, state.prefill(scope, prompts));
      golden.assertClose("dec_logprobs", all);
      for (int row = 0; row < rows; row++) {
        prompts[row] = Arrays.copyOf(prompts[row], 2);
      }
      NDArray hidden = state.prefill(scope, prompts);
      // The same tokens step by step, through the cache.
      for (int at = 2; at < length; at++) {
        int[][] tokens = new int[rows][];
        for (int row = 0; row < rows; row++) {
          tokens[row] = new int[] {flat[row * length + at]};
        }
        hidden = state.step(scope, tokens, new int[rows][1]);
      }
      NDArray last = state.logProbs(scope, hidden);
      float[] want = all.get(new NDIndex(":, -1, :")).toFloatArray();
      float[] have = last.get(new NDIndex(":, 0, :")).toFloatArray();
      for (int i = 0; i < want.length; i++) {
        assertThat(have[i]).isCloseTo(want[i], within(1e-3f));
      }
    }
  }

  /** ESPnet slices the mask once per convolution, which is not the convolution's length. */
  private static int[] slicedLengths(ReferenceModel reference, int[] featureLengths) {
    int padded = Arrays.stream(featureLengths).max().orElseThrow();
    int[] lengths = featureLengths.clone();
    int convolutions = reference.model().config().encoder().inputLayer().convolutions();
    for (int i = 0; i < convolutions; i++) {
      padded = (padded - 1) / 2;
      for (int row = 0; row < lengths.length; row++) {
        lengths[row] = Math.min((lengths[row] + 1) / 2, padded);
      }
    }
    return lengths;
  }
}
