package io.espalier.context;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.espalier.ReferenceContext;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.Tensors;
import io.espalier.features.MelSpectrogramConfig;
import io.espalier.features.SpeakerFeatures;
import io.espalier.nn.ModuleScope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The speaker encoder against ESPnet-SPK's own outputs, stage by stage. */
class EcapaParityTest {
  static List<ReferenceSet> sets() {
    return ReferenceSets.ecapa();
  }

  private static EcapaEncoder encoder(ReferenceContext reference) {
    try {
      return (EcapaEncoder)
          reference.bundle().loadSpeaker(reference.manager(), reference.kernels()).orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void featuresMatch(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.speaker(set);
        NDManager scope = reference.manager().newSubManager()) {
      SpeakerFeatures features = encoder(reference).features();
      for (String name : reference.goldenFiles("tensors_.*\\.npz")) {
        Tensors golden = reference.golden(scope, name);
        NDArray speech = golden.get("speech");
        float[] samples = speech.toFloatArray();
        NDArray feats = features.forward(scope, List.of(samples));
        golden.assertClose("feats", feats, 5e-3, 2e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyStageMatches(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.speaker(set);
        NDManager scope = reference.manager().newSubManager()) {
      EcapaTdnn network = encoder(reference).network();
      for (String name : reference.goldenFiles("tensors_.*\\.npz")) {
        Tensors golden = reference.golden(scope, name);
        NDArray x = golden.get("feats").transpose(0, 2, 1);
        int frames = (int) x.getShape().get(2);
        ChannelMask mask = ChannelMask.of(scope, new int[] {frames}, frames);
        NDArray first = network.first(scope, x);
        golden.assertClose("bn", first);
        EcapaBlock block = network.blocks().get(0);
        NDArray res2 = block.res2(scope, first, mask);
        golden.assertClose("layer1_se_gate", block.gate(scope, res2, mask));
        NDArray sum = first;
        for (int i = 0; i < network.blocks().size(); i++) {
          NDArray y = network.blocks().get(i).forward(scope, sum, mask);
          golden.assertClose("layer" + (i + 1), y);
          sum = sum.add(y);
        }
        NDArray out = network.frames(scope, x, mask);
        golden.assertClose("frame", out);
        NDArray attention = network.attention(scope, out, mask);
        golden.assertClose("attn_w", attention);
        NDArray pooled = network.pool(scope, out, attention);
        golden.assertClose("pooled", pooled);
        golden.assertClose("embedding", network.project(scope, pooled));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void embeddingsOfAllRecordingsMatchInOneBatchOfMixedLengths(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.speaker(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "embeddings.npz");
      List<String> names = new ArrayList<>();
      List<float[]> recordings = new ArrayList<>();
      for (JsonElement wav : set.json("embeddings.json").getAsJsonArray("wavs")) {
        names.add(wav.getAsString().replaceAll("^a_|\\.wav$", ""));
        recordings.add(reference.samples(wav.getAsString()));
      }
      EcapaEncoder encoder = encoder(reference);
      int[] lengths =
          recordings.stream()
              .mapToInt(samples -> config(reference).frames(samples.length))
              .toArray();
      int frames = Arrays.stream(lengths).max().orElseThrow();
      NDArray features = encoder.features().forward(scope, recordings).transpose(0, 2, 1);
      ChannelMask mask = ChannelMask.of(scope, lengths, frames);
      NDArray together = encoder.network().forward(scope, features, mask);
      List<ContextEncoder.Embedding> each = encoder.encode(recordings);
      for (int i = 0; i < names.size(); i++) {
        String name = "emb_" + names.get(i);
        golden.assertClose(name, together.get(i).reshape(golden.get(name).getShape()));
        assertClose(golden, scope, name, each.get(i));
      }
    }
  }

  private static MelSpectrogramConfig config(ReferenceContext reference) {
    return reference.bundle().speaker().orElseThrow().frontend();
  }

  private static void assertClose(
      Tensors golden, NDManager scope, String name, ContextEncoder.Embedding actual) {
    Shape shape = golden.get(name).getShape();
    golden.assertClose(name, scope.create(actual.vector(), shape));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aBatchOfEqualLengthsMatches(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.speaker(set);
        NDManager scope = reference.manager().newSubManager()) {
      Tensors golden = reference.golden(scope, "embeddings.npz");
      JsonObject json = set.json("embeddings.json");
      int samples = golden.ints("batch_trim_n")[0];
      List<float[]> recordings = new ArrayList<>();
      for (JsonElement wav : json.getAsJsonArray("batch_trim_wavs")) {
        recordings.add(Arrays.copyOf(reference.samples(wav.getAsString()), samples));
      }
      List<ContextEncoder.Embedding> embeddings = encoder(reference).encode(recordings);
      float[] all = new float[0];
      for (ContextEncoder.Embedding embedding : embeddings) {
        int at = all.length;
        all = Arrays.copyOf(all, at + embedding.vector().length);
        System.arraycopy(embedding.vector(), 0, all, at, embedding.vector().length);
      }
      Shape shape = golden.get("batch_trim_emb").getShape();
      assertThat(shape.get(0)).isEqualTo(recordings.size());
      golden.assertClose("batch_trim_emb", scope.create(all, shape));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void constantsThatACheckpointLacksAreComputed(ReferenceSet set) {
    try (ReferenceContext reference = ReferenceContext.speaker(set);
        NDManager scope = reference.manager().newSubManager()) {
      NDManager manager = reference.manager();
      SpeakerConfig config = reference.bundle().speaker().orElseThrow();
      io.espalier.nn.Weights none = new io.espalier.nn.Weights(manager, java.util.Map.of());
      SpeakerFeatures features =
          new SpeakerFeatures(new ModuleScope(reference.kernels(), none), config.frontend());
      for (String name : reference.goldenFiles("tensors_.*\\.npz")) {
        Tensors golden = reference.golden(scope, name);
        float[] samples = golden.get("speech").toFloatArray();
        golden.assertClose("feats", features.forward(scope, List.of(samples)), 5e-3, 2e-5);
      }
    }
  }
}
