package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Precision;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedModel;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.OwsmTranslatorFactory;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An OWSM-CTC as DJL's own programs load it, against the transcriber itself. */
class CtcCriteriaParityTest {
  @TempDir Path temp;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmCtc();
  }

  /** Short and long ones, with and without a language, in one call. */
  @ParameterizedTest
  @MethodSource("sets")
  void outcomesAreThoseOfTheTranscriber(ReferenceSet set) throws Exception {
    Path bundle = set.importTo(temp.resolve("bundle")).directory();
    List<Utterance> utterances = utterances(set);
    Map<String, Transcribed> expected = transcribe(bundle, utterances);
    Criteria<Utterance, Outcome> criteria =
        builder(bundle, Utterance.class, Outcome.class).optArgument("words", "true").build();
    try (ZooModel<Utterance, Outcome> model = criteria.loadModel();
        Predictor<Utterance, Outcome> predictor = model.newPredictor()) {
      List<Outcome> outcomes = predictor.batchPredict(utterances);
      assertThat(outcomes).hasSize(utterances.size());
      for (int i = 0; i < outcomes.size(); i++) {
        Transcribed one = (Transcribed) outcomes.get(i);
        assertThat(one.id()).isEqualTo(utterances.get(i).id());
        assertThat(one)
            .usingRecursiveComparison()
            .withEqualsForType(CtcCriteriaParityTest::isClose, Double.class)
            .ignoringFields("timing", "gates")
            .isEqualTo(expected.get(one.id()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void samplesBecomeTheTextOfTheTranscriber(ReferenceSet set) throws Exception {
    Path bundle = set.importTo(temp.resolve("bundle")).directory();
    Utterance utterance = utterances(set).get(0);
    String text = transcribe(bundle, List.of(utterance)).get(utterance.id()).text();
    try (ZooModel<float[], String> model =
            builder(bundle, float[].class, String.class).build().loadModel();
        Predictor<float[], String> predictor = model.newPredictor();
        NDManager manager = model.getNDManager().newSubManager()) {
      assertThat(predictor.predict(utterance.samples())).isEqualTo(text);
      NDArray batch = manager.create(utterance.samples(), new Shape(1, utterance.samples().length));
      NDList out =
          model.getBlock().forward(new ParameterStore(manager, false), new NDList(batch), false);
      Shape[] shapes = model.getBlock().getOutputShapes(new Shape[] {batch.getShape()});
      assertThat(out.singletonOrThrow().getShape()).isEqualTo(shapes[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void whatOnlyADecoderCanDoIsRefusedBeforeAnyInput(ReferenceSet set) {
    Path bundle = set.importTo(temp.resolve("bundle")).directory();
    Criteria<float[], String> criteria =
        builder(bundle, float[].class, String.class).optArgument("timestamps", "true").build();
    assertThatThrownBy(criteria::loadModel)
        .hasStackTraceContaining("Cannot use --timestamps: an OWSM-CTC has no timestamps");
  }

  /** NaN is close to NaN. */
  private static boolean isClose(double a, double b) {
    return Double.compare(a, b) == 0 || Math.abs(a - b) < 1e-4;
  }

  private static List<Utterance> utterances(ReferenceSet set) {
    List<Utterance> utterances = new ArrayList<>();
    for (String wav : set.recordings()) {
      String language = utterances.size() % 2 == 0 ? null : "eng";
      utterances.add(new Utterance(wav, set.samples(wav), language, "asr", null));
    }
    return utterances;
  }

  private static Map<String, Transcribed> transcribe(Path bundle, List<Utterance> utterances)
      throws Exception {
    Decoding decoding =
        new Decoding(DecodingOptions.DEFAULTS, new GateChoice.Open(), Padding.FULL, 240)
            .withWords(true);
    Map<String, Transcribed> byId = new HashMap<>();
    try (LoadedModel owsm = Bundle.open(bundle).loadEither(Device.cpu(), Precision.FLOAT32);
        Transcriber transcriber = owsm.transcriber(decoding)) {
      transcriber
          .transcribe(utterances.iterator())
          .forEachRemaining(outcome -> byId.put(outcome.id(), (Transcribed) outcome));
    }
    return byId;
  }

  private static <I, O> Criteria.Builder<I, O> builder(
      Path bundle, Class<I> input, Class<O> output) {
    return Criteria.builder()
        .setTypes(input, output)
        .optModelPath(bundle)
        .optTranslatorFactory(new OwsmTranslatorFactory());
  }
}
