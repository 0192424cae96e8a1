package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import io.espalier.ReferenceContext;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The event encoder against BEATs' own outputs, stage by stage. */
class BeatsParityTest {
  private static final String SINGLE = "tensors_(?!batch|max_layer).*\\.npz";

  static List<ReferenceSet> sets() {
    return ReferenceSets.beats();
  }

  private static BeatsEncoder encoder(ReferenceContext reference) {
    try {
      return (BeatsEncoder)
          reference.bundle().loadEvent(reference.manager(), reference.kernels()).orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BeatsEncoder shortened(ReferenceContext reference, int layers) {
    try {
      Weights weights = reference.bundle().loadEventWeights(reference.manager());
      EventConfig config = reference.bundle().event().orElseThrow().withMaxLayer(layers);
      return new BeatsEncoder(config, reference.kernels(), weights);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStageMatches(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.event(set);
        NDManager scope = reference.manager().newSubManager()) {
      BeatsEncoder encoder = encoder(reference);
      Beats network = encoder.network();
      for (String name : reference.goldenFiles(SINGLE)) {
        Tensors golden = reference.golden(scope, name);
        golden.assertClose(
            "fbank_norm", encoder.fbank().forward(scope, golden.get("speech")), 1e-3, 1e-5);
        NDArray image = network.patchImage(scope, golden.get("fbank_norm"));
        golden.assertClose("patch", image.transpose(0, 3, 1, 2));
        NDArray normed = network.patchNorm(scope, image);
        golden.assertClose("patch_ln", normed);
        NDArray projected = network.project(scope, normed);
        golden.assertClose("pos_conv", network.positions(scope, projected));
        FrameMask mask = FrameMask.none(scope);
        NDArray x = network.encoderInput(scope, projected, mask);
        golden.assertClose("enc_in", x);
        NDArray bias = network.distanceBias(scope, (int) x.getShape().get(1));
        golden.assertClose("l0_attn", network.layers().get(0).attend(scope, x, bias, mask.keys()));
        for (int i = 0; i < network.layers().size(); i++) {
          x = network.layers().get(i).forward(scope, x, bias, mask.keys());
          golden.assertClose("layer_" + i, x);
        }
        golden.assertClose(
            "out", encoder.forward(scope, golden.get("fbank_norm"), golden.ints("out_lens")));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aPaddedBatchMatchesWithTheReferencesOwnLengths(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.event(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "tensors_batch.npz");
      BeatsEncoder encoder = encoder(reference);
      NDArray speech = padded(scope, recordings(reference, set));
      NDArray features = encoder.fbank().forward(scope, speech);
      golden.assertClose("out", encoder.forward(scope, features, golden.ints("out_lens")));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void fewerLayersMatch(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.event(set);
        NDManager scope = reference.manager().newSubManager()) {
      for (String name : reference.goldenFiles("tensors_max_layer.*\\.npz")) {
        int layers = Integer.parseInt(name.replaceAll("\\D", ""));
        Tensors golden = reference.golden(scope, name);
        BeatsEncoder encoder = shortened(reference, layers);
        NDArray features = singleOfShape(reference, scope, golden.get("out").getShape());
        golden.assertClose("out", encoder.forward(scope, features, golden.ints("out_lens")));
      }
    }
  }

  /** The file does not say which recording it is of: the one with as many patches. */
  private static NDArray singleOfShape(ReferenceContext reference, NDManager scope, Shape out) {
    for (String name : reference.goldenFiles(SINGLE)) {
      Tensors golden = reference.golden(scope, name);
      if (golden.get("out").getShape().equals(out)) {
        return golden.get("fbank_norm");
      }
    }
    throw new IllegalStateException("Cannot find the recording of shape " + out);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aRecordingsVectorDoesNotDependOnItsNeighbours(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.event(set);
        NDManager scope = reference.manager().newSubManager()) {
      BeatsEncoder encoder = encoder(reference);
      List<float[]> recordings = recordings(reference, set);
      List<ContextEncoder.Embedding> together = encoder.encode(recordings);
      for (int i = 0; i < recordings.size(); i++) {
        float[] alone = encoder.encode(List.of(recordings.get(i))).get(0).vector();
        Vectors.assertClose(together.get(i).vector(), alone);
      }
      for (String name : reference.goldenFiles(SINGLE)) {
        Tensors golden = reference.golden(scope, name);
        float[] mean = golden.get("out").mean(new int[] {1}).toFloatArray();
        float[] samples = golden.get("speech").toFloatArray();
        List<float[]> mixed = new ArrayList<>(recordings);
        mixed.add(1, samples);
        Vectors.assertClose(encoder.encode(mixed).get(1).vector(), mean);
      }
    }
  }

  private static List<float[]> recordings(ReferenceContext reference, ReferenceSet set) {
    List<float[]> recordings = new ArrayList<>();
    for (JsonElement wav : set.json("batch.json").getAsJsonArray("wavs")) {
      recordings.add(reference.samples(wav.getAsString()));
    }
    return recordings;
  }

  private static NDArray padded(NDManager scope, List<float[]> recordings) {
    int longest = recordings.stream().mapToInt(samples -> samples.length).max().orElseThrow();
    float[] all = new float[recordings.size() * longest];
    for (int row = 0; row < recordings.size(); row++) {
      float[] samples = recordings.get(row);
      System.arraycopy(samples, 0, all, row * longest, samples.length);
    }
    return scope.create(all, new Shape(recordings.size(), longest));
  }
}
