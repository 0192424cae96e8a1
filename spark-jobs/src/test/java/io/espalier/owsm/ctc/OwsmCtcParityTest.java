package io.espalier.owsm.ctc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.EncoderExtension;
import io.espalier.owsm.ModuleGates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The network of an OWSM-CTC against ESPnet's own outputs, stage by stage. */
class OwsmCtcParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmCtc();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStageOfOneUtteranceMatches(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      checkSingle(reference);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStageMatchesWithTheKernelsOfAGpu(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set, Kernels::plain)) {
      checkSingle(reference);
    }
  }

  private static NDArray subsample(
      OwsmCtcModel model, NDManager scope, Tensors golden, List<CtcPrompt> prompts) {
    NDArray features = golden.get("feats_norm");
    int[] lengths = new int[(int) features.getShape().get(0)];
    Arrays.fill(lengths, (int) features.getShape().get(1));
    return model.subsample(scope, features, lengths, prompts, CostMeter.NONE);
  }

  private static void checkSingle(ReferenceCtc reference) {
    OwsmCtcModel model = reference.model();
    try (NDManager scope = reference.manager().newSubManager()) {
      for (String name : reference.singleUtterances()) {
        Tensors none = reference.golden(scope, "tensors_" + name + "_na.npz");
        NDArray features = model.logMel().forward(scope, none.get("speech"));
        none.assertClose("feats_norm", features, 1e-3, 1e-5);
        none.assertClose("subsample_pos", subsample(model, scope, none, prompts(none)));
        Tensors said = reference.golden(scope, "tensors_" + name + "_prev.npz");
        for (Tensors golden : List.of(none, said)) {
          NDArray frames = subsample(model, scope, none, prompts(golden));
          checkLayers(scope, reference, golden, frames, FrameMask.none(scope));
          golden.assertClose(
              "ctc_logprobs",
              model.output().logProbs(scope, golden.get("encoder_out"), CostMeter.NONE));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void paddedBatchMatchesWithItsLeaks(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "tensors_batch.npz");
      OwsmCtcModel model = reference.model();
      List<CtcPrompt> prompts = prompts(golden);
      golden.assertClose("subsample_pos", subsample(model, scope, golden, prompts));
      NDArray frames = golden.get("subsample_pos");
      int[] lengths = slicedLengths(reference, golden.ints("feats_lens"));
      assertThat(lengths).containsExactly(golden.ints("encoder_out_lens"));
      FrameMask mask = FrameMask.of(scope, lengths, (int) frames.getShape().get(1), false);
      checkLayers(scope, reference, golden, frames, mask);
      NDArray best =
          model
              .output()
              .best(scope, golden.get("encoder_out"), FrameMask.none(scope), CostMeter.NONE)
              .get(":, :, 0");
      assertThat(best.toType(DataType.INT64, false).toLongArray())
          .containsExactly(golden.get("ctc_argmax").toLongArray());
    }
  }

  /** The best tokens with their probabilities are those of the whole distribution. */
  @ParameterizedTest
  @MethodSource("sets")
  void bestTokensAreThoseOfAllProbabilities(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      CtcOutput output = reference.model().output();
      NDArray encoded = reference.golden(scope, "tensors_batch.npz").get("encoder_out");
      NDArray all = output.logProbs(scope, encoded, CostMeter.NONE);
      NDArray best = output.best(scope, encoded, FrameMask.none(scope), CostMeter.NONE);
      int[] watched = output.watched();
      assertThat(watched).contains(reference.tokens().id("<nospeech>"));
      assertThat(best.getShape())
          .isEqualTo(
              new Shape(all.getShape().get(0), all.getShape().get(1), 2 + (long) watched.length));
      assertThat(best.get(":, :, 1").sub(all.max(new int[] {2})).abs().max().getFloat())
          .isLessThan(1e-5f);
      for (int i = 0; i < watched.length; i++) {
        NDArray own = best.get(":, :, " + (2 + i));
        NDArray expected = all.get(":, :, " + watched[i]);
        assertThat(own.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
      }
    }
  }

  private static void checkLayers(
      NDManager scope, ReferenceCtc reference, Tensors golden, NDArray frames, FrameMask mask) {
    OwsmCtcModel model = reference.model();
    List<CtcPrompt> prompts = prompts(golden);
    int[] lengths = prompts.stream().mapToInt(prompt -> prompt.textPrev().length).toArray();
    int most = Arrays.stream(lengths).max().orElseThrow();
    FrameMask textMask = FrameMask.of(scope, lengths, most, false);
    golden.assertClose("prompt_memory", model.prompts().encode(scope, prompts, most, textMask));
    PromptMemory memory = model.prompts().memory(scope, prompts, CostMeter.NONE);
    EncoderExtension own = model.layers().of(memory, CrossGates.OPEN, mask, CostMeter.NONE);
    Watched watched = new Watched(own, reference, golden);
    NDArray out =
        model.encoder().forward(scope, frames, mask, ModuleGates.OPEN, watched, CostMeter.NONE);
    golden.assertClose("encoder_out", out);
    assertThat(watched.layers).isEqualTo(model.config().encoder().numBlocks());
    assertThat(watched.crossed).isEqualTo(model.config().crossAttention().size());
    golden.assertClose(
        "encoder_out",
        model.encode(
            scope, frames, mask, prompts, ModuleGates.OPEN, CrossGates.OPEN, CostMeter.NONE));
  }

  /** Compares what passes through the extension of the encoder. */
  private static final class Watched implements EncoderExtension {
    private final EncoderExtension own;
    private final ReferenceCtc reference;
    private final Tensors golden;
    private int layers;
    private int crossed;

    Watched(EncoderExtension own, ReferenceCtc reference, Tensors golden) {
      this.own = own;
      this.reference = reference;
      this.golden = golden;
    }

    @Override
    public NDArray beforeNorm(NDManager scope, int layer, NDArray x) {
      NDArray y = own.beforeNorm(scope, layer, x);
      if (y != x) {
        crossed++;
        golden.assertClose("enc_layer_" + layer + "_cross_attn", y.sub(x));
      }
      return y;
    }

    @Override
    public NDArray behind(NDManager scope, int layer, NDArray x) {
      layers++;
      golden.assertClose("enc_layer_" + layer, x);
      NDArray y = own.behind(scope, layer, x);
      String predicted = "interctc_logprobs_" + (layer + 1);
      if (y != x && golden.has(predicted)) {
        golden.assertClose(
            predicted, reference.model().output().logProbs(scope, x, CostMeter.NONE));
      }
      return y;
    }

    @Override
    public EncoderExtension range(NDManager scope, int start, int count) {
      throw new IllegalStateException("The reference's batches are small");
    }
  }

  private static List<CtcPrompt> prompts(Tensors golden) {
    int rows = (int) golden.get("text_prev").getShape().get(0);
    int[] text = golden.ints("text_prev");
    int[] prefix = golden.ints("prefix");
    int width = text.length / rows;
    List<CtcPrompt> prompts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int length = golden.has("text_prev_lens") ? golden.ints("text_prev_lens")[row] : width;
      int[] own = Arrays.copyOfRange(text, row * width, row * width + length);
      prompts.add(new CtcPrompt(prefix[2 * row], prefix[2 * row + 1], own));
    }
    return prompts;
  }

  /** ESPnet slices the mask once per convolution, which is not the convolution's length. */
  private static int[] slicedLengths(ReferenceCtc reference, int[] featureLengths) {
    int padded = Arrays.stream(featureLengths).max().orElseThrow();
    int[] lengths = featureLengths.clone();
    int convolutions = reference.model().config().encoder().inputLayer().convolutions();
    for (int i = 0; i < convolutions; i++) {
      padded = (padded - 1) / 2;
      for (int row = 0; row < lengths.length; row++) {
        lengths[row] = Math.min((lengths[row] + 1) / 2, padded);
      }
    }
    return Arrays.stream(lengths).map(length -> length + 2).toArray();
  }
}
