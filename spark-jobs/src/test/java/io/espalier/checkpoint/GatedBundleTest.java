package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.SparsityRange;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Outcome;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gate predictors in bundles. */
class GatedBundleTest {
  private static final ReferenceSet SET = ReferenceSets.owsmAed().get(0);
  private static final Path DEMO = Path.of("src/main/demo/bundle");
  private static final int RATE = 16_000;

  @TempDir private Path directory;

  static List<FrameView> views() {
    return List.of(
        FrameView.DEFAULT,
        new FrameView(Pooling.ATTENTIVE, 5, Scope.STACK),
        new FrameView(Pooling.STATISTICS, 0, Scope.LAYER),
        new FrameView(Pooling.ATTENTIVE, 5, Scope.LAYER));
  }

  @ParameterizedTest
  @MethodSource("views")
  void savedPredictorsDecideAsBefore(FrameView view) throws IOException {
    Bundle dense = SET.importTo(directory.resolve("dense"));
    OwsmConfig config = dense.config();
    GateConfig gates = gates(view);
    Map<String, float[]> parameters = parameters(dense, gates);
    Bundle saved =
        new BundleWriter(dense.directory().resolve("config.yaml"), dense.bpeModel())
            .write(
                directory.resolve("gated"),
                Optional.of(gates),
                Optional.empty(),
                parameters,
                new ImportOptions(Precision.FLOAT32, false, "gated"),
                Map.of());
    assertThat(saved.gates()).contains(gates);
    List<String> before;
    try (LoadedOwsm owsm =
        LoadedOwsm.of(
            config,
            weights(NDManager.newBaseManager("PyTorch"), config, gates, parameters),
            dense.bpeModel(),
            Optional.of(gates),
            Precision.FLOAT32)) {
      before = decided(owsm);
    }
    try (NDManager owner = NDManager.newBaseManager("PyTorch");
        LoadedOwsm owsm = saved.load(owner, Precision.FLOAT32)) {
      assertThat(decided(owsm)).isEqualTo(before);
    }
    assertThat(before).anyMatch(text -> text.contains("0") && text.contains("1"));
  }

  @Test
  void bundlesOfOlderVersionsStayWhatTheyAre() throws IOException {
    Bundle bundle = Bundle.open(DEMO);
    assertThat(Files.readString(DEMO.resolve(Bundle.GATES_CONFIG)))
        .doesNotContain("pooling", "scope");
    assertThat(bundle.gates().orElseThrow().view()).isEqualTo(FrameView.DEFAULT);
    Path again = directory.resolve("gates.yaml");
    GateYaml.write(again, bundle.gates().orElseThrow());
    assertThat(again).hasSameBinaryContentAs(DEMO.resolve(Bundle.GATES_CONFIG));
  }

  private static GateConfig gates(FrameView view) {
    return new GateConfig(
        Set.of(ContextKind.LANGUAGE, ContextKind.TASK),
        0,
        0,
        List.of("eng"),
        List.of("asr"),
        4,
        8,
        new SparsityRange(0, 0.7),
        new SparsityRange(0, 0.7),
        0.4,
        view);
  }

  /** The network's own, and random ones of the predictors. */
  private static Map<String, float[]> parameters(Bundle bundle, GateConfig gates)
      throws IOException {
    Map<String, float[]> parameters = new HashMap<>();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Weights weights = bundle.loadWeights(manager);
      for (String name : OwsmParameters.expected(bundle.config()).keySet()) {
        if (weights.has(name)) {
          parameters.put(name, weights.get(name).toFloatArray());
        }
      }
    }
    Random random = new Random(4);
    GateParameters.expected(gates, bundle.config())
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) shape.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
              }
              parameters.put(name, values);
            });
    return parameters;
  }

  private static Weights weights(
      NDManager manager, OwsmConfig config, GateConfig gates, Map<String, float[]> parameters) {
    Map<String, Shape> shapes = new HashMap<>(OwsmParameters.expected(config));
    shapes.putAll(GateParameters.expected(gates, config));
    Map<String, NDArray> arrays = new HashMap<>();
    parameters.forEach(
        (name, values) -> arrays.put(name, manager.create(values, shapes.get(name))));
    return new Weights(manager, arrays);
  }

  /** The gates of three utterances of noise. */
  private static List<String> decided(LoadedOwsm owsm) {
    Random random = new Random(6);
    List<Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      float[] samples = new float[RATE * (2 + i) / 2];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = 0.1f * (i + 1) * (float) random.nextGaussian();
      }
      utterances.add(new Utterance("u" + i, samples, "eng", "asr", null));
    }
    DecodingOptions options = new DecodingOptions(1, 0, -5, 0, 0, false, false, false, 29.0, 0.2);
    Decoding decoding = new Decoding(options, GateChoice.Learned.DEFAULTS, Padding.FULL, 0);
    List<String> gates = new ArrayList<>();
    try (OwsmTranscriber transcriber = owsm.transcriber(decoding)) {
      transcriber
          .transcribe(utterances.iterator())
          .forEachRemaining(
              outcome -> gates.add(((Outcome.Transcribed) outcome).gates().first().text()));
    }
    return gates;
  }
}
