package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.files.MalformedFileException;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateSet;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedModel;
import io.espalier.search.Outcome;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bundles that have only some of a model's modules. */
class FixedBundleTest {
  private static final int RATE = 16_000;
  private static final int DRAWS = 3;

  @TempDir private Path directory;

  static List<ReferenceSet> models() {
    return Stream.of(ReferenceSets.owsmAed(), ReferenceSets.owsmCtc())
        .map(sets -> sets.get(0))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatItHasDecodesAsInTheWholeModel(ReferenceSet set) throws IOException {
    Bundle whole = set.importTo(directory.resolve("whole"));
    Random random = new Random(17);
    for (int draw = 0; draw < DRAWS; draw++) {
      GateSet gates = gates(whole.config(), random);
      Bundle part = write(whole, gates, directory.resolve("part" + draw));
      assertThat(part.fixedGates()).contains(gates);
      assertThat(Files.size(part.directory().resolve(Bundle.MODEL)))
          .isLessThan(Files.size(whole.directory().resolve(Bundle.MODEL)));
      assertThat(part.report()).contains("only those of gates " + gates.text());
      Outcome.Transcribed expected = decode(whole, new GateChoice.Fixed(gates));
      Outcome.Transcribed byDefault = decode(part, GateChoice.Learned.DEFAULTS);
      assertThat(byDefault.text()).isEqualTo(expected.text());
      assertThat(byDefault.score()).isEqualTo(expected.score());
      assertThat(byDefault.gates()).isEqualTo(expected.gates());
      assertThat(byDefault.gflops()).isEqualTo(expected.gflops());
      // What is not there adds nothing where it is asked for.
      Outcome.Transcribed open = decode(part, new GateChoice.Open());
      assertThat(open.text()).isEqualTo(expected.text());
      assertThat(open.score()).isCloseTo(expected.score(), within(1e-3));
      assertThat(open.gflops().total()).isGreaterThan(expected.gflops().total());
    }
  }

  @Test
  void gatesOfAnotherModelAreRefused() throws IOException {
    Bundle whole = models().get(0).importTo(directory.resolve("whole"));
    Path part = write(whole, GateSet.open(whole.config()), directory.resolve("part")).directory();
    Files.writeString(part.resolve(FixedGatesYaml.NAME), "gates: 10/1\n");
    BundleManifest manifest = BundleManifest.read(part);
    BundleManifest.write(
        part, manifest.kind(), manifest.card(), List.copyOf(manifest.files().keySet()));
    assertThatThrownBy(() -> Bundle.open(part))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("fixed-gates.yaml")
        .hasMessageContaining("Invalid gates: 10/1");
  }

  private static Bundle write(Bundle whole, GateSet gates, Path target) throws IOException {
    Map<String, float[]> parameters = new HashMap<>();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Weights weights = whole.loadWeights(manager);
      weights.names().forEach(name -> parameters.put(name, weights.get(name).toFloatArray()));
    }
    return new BundleWriter(whole.directory().resolve("config.yaml"), whole.bpeModel())
        .write(
            target,
            Optional.empty(),
            Optional.of(gates),
            parameters,
            new ImportOptions(Precision.FLOAT32, false, "part"),
            Map.of());
  }

  /** Half of the modules, and not all of them. */
  private static GateSet gates(OwsmConfig config, Random random) {
    String open = GateSet.open(config).text();
    StringBuilder text = new StringBuilder();
    open.chars().forEach(one -> text.append(one == '1' && random.nextBoolean() ? '0' : (char) one));
    return GateSet.parse(text.toString());
  }

  private static Outcome.Transcribed decode(Bundle bundle, GateChoice gates) throws IOException {
    Random random = new Random(3);
    float[] samples = new float[RATE];
    for (int t = 0; t < samples.length; t++) {
      samples[t] = 0.2f * (float) random.nextGaussian();
    }
    DecodingOptions options = new DecodingOptions(1, 0, -5, 0, 0, false, false, false, 29.0, 0.2);
    Decoding decoding = new Decoding(options, gates, Padding.FULL, 0);
    List<Utterance> one = List.of(new Utterance("u", samples, "eng", "asr", null));
    try (NDManager owner = NDManager.newBaseManager("PyTorch");
        LoadedModel model = bundle.loadEither(owner, Precision.FLOAT32);
        Transcriber transcriber = model.transcriber(decoding)) {
      return (Outcome.Transcribed) transcriber.transcribe(one.iterator()).next();
    }
  }
}
