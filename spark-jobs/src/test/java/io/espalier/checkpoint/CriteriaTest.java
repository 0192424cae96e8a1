package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.audio.Audio;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.ParameterStore;
import ai.djl.translate.TranslateException;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.decoder.AudioDecoder;
import io.espalier.nn.Precision;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Failed;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.OwsmBlock;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.OwsmTranslatorFactory;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles as DJL's own programs load them. */
class CriteriaTest {
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0.0, -20, 0.0, 0.0, false, false, false, 29.0, 0.2);

  private final ReferenceSet set = ReferenceSets.owsmAed().get(0);

  @TempDir Path temp;
  private Path bundle;

  @BeforeEach
  void importTheModel() {
    bundle = set.importTo(temp.resolve("bundle")).directory();
  }

  @Test
  void samplesBecomeTheTextOfTheTranscriber() throws Exception {
    Utterance fra = utterance("a_fra.wav");
    Transcribed expected = (Transcribed) transcribe(List.of(fra)).get(0);
    assertThat(expected.text()).isNotEmpty();
    try (ZooModel<float[], String> model = criteria(float[].class, String.class).loadModel();
        Predictor<float[], String> predictor = model.newPredictor()) {
      assertThat(predictor.predict(fra.samples())).isEqualTo(expected.text());
    }
  }

  @Test
  void utterancesOfOneCallAreBatchedAndComeInTheirOrder() throws Exception {
    List<Utterance> utterances =
        List.of(utterance("a_fra.wav"), utterance("a_deu.wav"), utterance("a_eng.wav"));
    List<Outcome> expected = transcribe(utterances);
    try (ZooModel<Utterance, Outcome> model = criteria(Utterance.class, Outcome.class).loadModel();
        Predictor<Utterance, Outcome> predictor = model.newPredictor()) {
      List<Outcome> outcomes = predictor.batchPredict(utterances);
      assertThat(outcomes).extracting(Outcome::id).containsExactlyElementsOf(ids(utterances));
      assertThat(outcomes)
          .extracting(outcome -> ((Transcribed) outcome).text())
          .containsExactlyElementsOf(
              expected.stream().map(outcome -> ((Transcribed) outcome).text()).toList());
      assertThat(((Transcribed) outcomes.get(0)).timing().batchSize()).isEqualTo(3);
    }
  }

  @Test
  void audioIsTakenAtTheModelsRateOnly() throws Exception {
    Utterance fra = utterance("a_fra.wav");
    try (ZooModel<Audio, String> model = criteria(Audio.class, String.class).loadModel();
        Predictor<Audio, String> predictor = model.newPredictor()) {
      assertThat(predictor.predict(new Audio(fra.samples(), 16_000, 1))).isNotEmpty();
      assertThatThrownBy(() -> predictor.predict(new Audio(fra.samples(), 44_100, 2)))
          .isInstanceOf(TranslateException.class)
          .hasMessageContaining("44100.0 Hz x 2 channels: resample it to 16000 Hz x 1 channel");
    }
  }

  @Test
  void anUtteranceThatFailsIsAnOutcomeOrAnException() throws Exception {
    Utterance unknown = new Utterance("u", new float[16_000], "tlh", "asr", null);
    try (ZooModel<Utterance, Outcome> model = criteria(Utterance.class, Outcome.class).loadModel();
        Predictor<Utterance, Outcome> predictor = model.newPredictor()) {
      assertThat(predictor.predict(unknown))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.message()).contains("tlh"));
    }
    try (ZooModel<float[], String> model = criteria(float[].class, String.class).loadModel();
        Predictor<float[], String> predictor = model.newPredictor()) {
      assertThatThrownBy(() -> predictor.predict(new float[0]))
          .isInstanceOf(TranslateException.class)
          .hasMessageContaining("AUDIO_TOO_SHORT");
    }
  }

  @Test
  void theBlocksForwardPassIsTheEncoder() throws Exception {
    float[] samples = utterance("a_fra.wav").samples();
    try (ZooModel<float[], String> model = criteria(float[].class, String.class).loadModel();
        NDManager manager = model.getNDManager().newSubManager()) {
      NDArray batch = manager.create(samples, new Shape(1, samples.length));
      NDList out =
          model.getBlock().forward(new ParameterStore(manager, false), new NDList(batch), false);
      Shape[] shapes = model.getBlock().getOutputShapes(new Shape[] {batch.getShape()});
      assertThat(out.singletonOrThrow().getShape()).isEqualTo(shapes[0]);
    }
  }

  @Test
  void theCallersGradientModeIsKept() throws Exception {
    float[] samples = utterance("a_fra.wav").samples();
    try (ZooModel<float[], String> model = criteria(float[].class, String.class).loadModel();
        Predictor<float[], String> predictor = model.newPredictor()) {
      boolean before = JniUtils.isGradMode();
      try {
        for (boolean mode : new boolean[] {true, false}) {
          JniUtils.setGradMode(mode);
          predictor.predict(samples);
          assertThat(JniUtils.isGradMode()).isEqualTo(mode);
        }
      } finally {
        JniUtils.setGradMode(before);
      }
    }
  }

  @Test
  void aDamagedBundleIsNotLoaded() throws Exception {
    Files.writeString(bundle.resolve(Bundle.TOKENS), "changed\n");
    assertThatThrownBy(() -> criteria(float[].class, String.class).loadModel())
        .hasStackTraceContaining("tokens.txt has size ");
  }

  @Test
  void argumentsThatCannotBeUsedAreNamed() {
    for (String[] argument :
        new String[][] {
          {"beam", "many"}, {"pad", "some"}, {"timestamps", "2"}, {"beam", "0"}, {"search", "new"}
        }) {
      Criteria<float[], String> criteria =
          builder(float[].class, String.class).optArgument(argument[0], argument[1]).build();
      assertThatThrownBy(criteria::loadModel)
          .hasStackTraceContaining("Invalid " + argument[0] + ": " + argument[1]);
    }
  }

  @Test
  void theTranslatorFactoryMayBeGivenByName() throws Exception {
    Criteria<float[], String> criteria =
        Criteria.builder()
            .setTypes(float[].class, String.class)
            .optModelPath(bundle)
            .optArgument("translatorFactory", OwsmTranslatorFactory.class.getName())
            .build();
    try (ZooModel<float[], String> model = criteria.loadModel()) {
      assertThat(model.getBlock()).isInstanceOf(OwsmBlock.class);
    }
  }

  @Test
  void withoutATranslatorFactoryDjlFindsNone() {
    Criteria<float[], String> criteria =
        Criteria.builder().setTypes(float[].class, String.class).optModelPath(bundle).build();
    assertThatThrownBy(criteria::loadModel).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void otherTypesAreRefused() {
    assertThatThrownBy(() -> criteria(String.class, String.class).loadModel())
        .isInstanceOf(ModelNotFoundException.class);
  }

  private <I, O> Criteria<I, O> criteria(Class<I> input, Class<O> output) {
    return builder(input, output).build();
  }

  private <I, O> Criteria.Builder<I, O> builder(Class<I> input, Class<O> output) {
    return Criteria.builder()
        .setTypes(input, output)
        .optModelPath(bundle)
        .optTranslatorFactory(new OwsmTranslatorFactory())
        .optArgument("beam", 1)
        .optArgument("maxlenratio", -20)
        .optArgument("language", "eng");
  }

  private Utterance utterance(String wav) throws Exception {
    try (AudioDecoder decoder = new AudioDecoder(AudioLimits.defaults(), 1)) {
      float[] samples = decoder.decode(Files.readAllBytes(set.audio(wav))).samples();
      return new Utterance(wav, samples, "eng", "asr", null);
    }
  }

  private List<Outcome> transcribe(List<Utterance> utterances) throws IOException {
    Decoding decoding = new Decoding(GREEDY, new GateChoice.Open(), Padding.FULL, 240);
    try (LoadedOwsm owsm = Bundle.open(bundle).load(Device.cpu(), Precision.FLOAT32);
        OwsmTranscriber transcriber = owsm.transcriber(decoding)) {
      Iterator<Outcome> outcomes = transcriber.transcribe(utterances.iterator());
      return Stream.generate(outcomes::next)
          .limit(utterances.size())
          .sorted(Comparator.comparingInt(o -> ids(utterances).indexOf(o.id())))
          .toList();
    }
  }

  private static List<String> ids(List<Utterance> utterances) {
    return utterances.stream().map(Utterance::id).toList();
  }
}
