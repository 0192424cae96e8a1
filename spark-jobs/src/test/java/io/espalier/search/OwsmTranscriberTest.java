package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSets;
import io.espalier.nn.TimeLimitException;
import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an utterance can do wrong, and what its neighbours notice of it. */
class OwsmTranscriberTest {
  private static final DecodingOptions SHORT =
      new DecodingOptions(1, 0, -5, 0, 0, false, false, false, 29.0, 0.2);

  private static ReferenceModel reference;

  @BeforeAll
  static void open() {
    reference = ReferenceModel.open(ReferenceSets.owsmAed().get(0));
  }

  @AfterAll
  static void close() {
    reference.close();
  }

  @Test
  void anUnknownLanguageIsRefusedByItsName() {
    Outcome.Failed failed = refused(utterance("u", 16_000, "xyz", "asr", null), Padding.FULL);
    assertThat(failed.code()).isEqualTo(ErrorCode.LANGUAGE_UNKNOWN);
    assertThat(failed.message()).contains("xyz");
  }

  @Test
  void anUnknownTaskIsRefusedByItsName() {
    Outcome.Failed failed = refused(utterance("u", 16_000, "eng", "st_xyz", null), Padding.FULL);
    assertThat(failed.code()).isEqualTo(ErrorCode.TASK_UNKNOWN);
    assertThat(failed.message()).contains("st_xyz");
  }

  @Test
  void aSpecialTokenIsNoTask() {
    Outcome.Failed failed = refused(utterance("u", 16_000, "eng", "sos", null), Padding.FULL);
    assertThat(failed.code()).isEqualTo(ErrorCode.TASK_UNKNOWN);
  }

  @Test
  void aPreviousTextBeyondTheRoomIsRefused() {
    String text = "the quick brown fox ".repeat(200);
    Outcome.Failed failed = refused(utterance("u", 16_000, "eng", "asr", text), Padding.FULL);
    assertThat(failed.code()).isEqualTo(ErrorCode.PROMPT_REFUSED);
  }

  @Test
  void withoutPaddingAClickIsTooShort() {
    Outcome.Failed failed = refused(utterance("u", 300, "eng", "asr", null), Padding.NONE);
    assertThat(failed.code()).isEqualTo(ErrorCode.AUDIO_TOO_SHORT);
  }

  @Test
  void noSamplesAreTooShortEvenWithPadding() {
    Outcome.Failed failed = refused(utterance("u", 0, "eng", "asr", null), Padding.FULL);
    assertThat(failed.code()).isEqualTo(ErrorCode.AUDIO_TOO_SHORT);
  }

  @Test
  void withPaddingAClickIsTranscribed() {
    List<Outcome> outcomes =
        transcribe(Padding.FULL, List.of(utterance("u", 300, "eng", "asr", null)));
    assertThat(outcomes).singleElement().isInstanceOf(Outcome.Transcribed.class);
  }

  @Test
  void aRefusedOneDoesNotDisturbItsNeighbours() {
    List<Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      utterances.add(utterance("u" + i, 8000 + i, i % 3 == 1 ? "xyz" : "eng", "asr", null));
    }
    List<Outcome> outcomes = transcribe(Padding.FULL, utterances);
    assertThat(outcomes).extracting(Outcome::id).doesNotHaveDuplicates().hasSize(10);
    assertThat(outcomes).filteredOn(Outcome.Failed.class::isInstance).hasSize(3);
  }

  @Test
  void everyUtteranceHasItsCostAndAllGatesOpen() {
    Outcome.Transcribed one =
        (Outcome.Transcribed)
            transcribe(Padding.FULL, List.of(utterance("u", 16_000, null, "asr", null))).get(0);
    assertThat(one.language()).isNotNull();
    assertThat(one.languageProbability()).isBetween(0.0, 1.0);
    assertThat(one.gflops().total()).isPositive().isEqualTo(one.gflops().dense());
    assertThat(one.gflops().gates() + one.gflops().context() + one.gflops().ctc()).isZero();
    assertThat(one.gates().first().encoder().text())
        .isEqualTo("1".repeat(4 * reference.model().config().encoder().numBlocks()));
    // Five, and the end of sentence.
    assertThat(one.tokens()).isBetween(1, 6);
  }

  @Test
  void aShortUtteranceCostsItsBucketAndNotTheWindow() {
    double five = encoderGflops(Padding.BUCKET, 16_000);
    assertThat(encoderGflops(Padding.BUCKET, 72_000)).isEqualTo(five);
    double more = encoderGflops(Padding.BUCKET, 72_001);
    assertThat(more).isBetween(1.4 * five, 1.8 * five);
    double window = encoderGflops(Padding.FULL, 16_000);
    assertThat(window).isGreaterThan(6 * five);
    assertThat(encoderGflops(Padding.BUCKET, 470_000)).isEqualTo(window);
    assertThat(encoderGflops(Padding.NONE, 16_000)).isLessThan(five);
  }

  @Test
  void windowsOfALongRecordingAreWholeAndTheLastIsPaddedToItsBucket() {
    int window = reference.model().config().windowSamples();
    double whole = encoderGflops(Padding.BUCKET, window);
    double last = encoderGflops(Padding.BUCKET, 16_000);
    // Without timestamps the next window starts at the end of the one before.
    assertThat(encoderGflops(Padding.BUCKET, window + 16_000))
        .isCloseTo(whole + last, within(1e-9));
  }

  /** At several places of the model. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 20})
  void aRowThatIsTooMuchAnywhereInTheModelFailsAlone(int beats) {
    List<Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      utterances.add(utterance("u" + i, 8000 + 1000 * i, "eng", "asr", null));
    }
    List<Outcome> undisturbed = transcribe(Padding.FULL, utterances);
    TroubledTurns slow = new TroubledTurns("u3", beats, () -> new TimeLimitException("slow"));
    TroubledTurns full =
        new TroubledTurns("u3", beats, () -> new EngineException("CUDA out of memory."));
    assertOnlyFailed(utterances, undisturbed, slow, ErrorCode.INFERENCE_TIMEOUT);
    assertOnlyFailed(utterances, undisturbed, full, ErrorCode.OUT_OF_MEMORY);
  }

  private static void assertOnlyFailed(
      List<Utterance> utterances, List<Outcome> undisturbed, TroubledTurns watch, ErrorCode code) {
    int arrays = reference.model().manager().getManagedArrays().size();
    List<Outcome> outcomes = transcribe(Padding.FULL, utterances, watch);
    assertThat(reference.model().manager().getManagedArrays()).hasSize(arrays);
    assertThat(watch.open()).isZero();
    assertThat(watch.troubles()).isBetween(3, 4);
    assertThat(watch.begun()).contains(List.of("u3"));
    assertThat(outcomes).hasSize(utterances.size());
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Failed failed) {
        assertThat(failed.id()).isEqualTo("u3");
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.message()).startsWith("Cannot decode 0.7 s of audio: one window");
      } else {
        assertThat(text(outcome)).isEqualTo(text(find(undisturbed, outcome.id())));
      }
    }
  }

  private static Outcome find(List<Outcome> outcomes, String id) {
    return outcomes.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  private static String text(Outcome outcome) {
    return ((Outcome.Transcribed) outcome).text();
  }

  private static double encoderGflops(Padding padding, int samples) {
    Outcome.Transcribed one =
        (Outcome.Transcribed)
            transcribe(padding, List.of(utterance("u", samples, "eng", "asr", null))).get(0);
    return one.gflops().subsampling() + one.gflops().encoder();
  }

  private static Outcome.Failed refused(Utterance utterance, Padding padding) {
    Outcome outcome = transcribe(padding, List.of(utterance)).get(0);
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return (Outcome.Failed) outcome;
  }

  private static List<Outcome> transcribe(Padding padding, List<Utterance> utterances) {
    return transcribe(padding, utterances, Watch.NONE);
  }

  private static List<Outcome> transcribe(
      Padding padding, List<Utterance> utterances, Watch watch) {
    List<Outcome> outcomes = new ArrayList<>();
    Decoding decoding = new Decoding(SHORT, new GateChoice.Open(), padding, 90);
    try (OwsmTranscriber transcriber = reference.owsm().transcriber(decoding)) {
      transcriber.transcribe(utterances.iterator(), watch).forEachRemaining(outcomes::add);
    }
    return outcomes;
  }

  private static Utterance utterance(
      String id, int samples, String language, String task, String textPrev) {
    float[] sound = new float[samples];
    for (int i = 0; i < samples; i++) {
      sound[i] = (float) (0.3 * Math.sin(0.05 * i));
    }
    return new Utterance(id, sound, language, task, textPrev);
  }
}
