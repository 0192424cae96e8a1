package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSets;
import io.espalier.conf.UsageException;
import io.espalier.nn.TimeLimitException;
import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Failed;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.TroubledTurns;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.words.TimedWord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an OWSM-CTC is told, and what it says of an utterance besides the text. */
class CtcTranscriberTest {
  private static final int RATE = 16_000;

  private static ReferenceCtc reference;

  @BeforeAll
  static void open() {
    reference = ReferenceCtc.open(ReferenceSets.owsmCtc().get(0));
  }

  @AfterAll
  static void close() {
    reference.close();
  }

  @Test
  void whatCannotBeTranscribedIsRefusedByItsName() {
    assertThat(refused(RATE, "xyz", "asr", null).code()).isEqualTo(ErrorCode.LANGUAGE_UNKNOWN);
    assertThat(refused(RATE, "xyz", "asr", null).message()).contains("xyz");
    assertThat(refused(RATE, "eng", "st_xyz", null).code()).isEqualTo(ErrorCode.TASK_UNKNOWN);
    assertThat(refused(0, "eng", "asr", null).code()).isEqualTo(ErrorCode.AUDIO_TOO_SHORT);
    assertThat(refused(300, "eng", "asr", null).code()).isEqualTo(ErrorCode.AUDIO_TOO_SHORT);
    String text = "the quick brown fox ".repeat(300);
    assertThat(refused(RATE, "eng", "asr", text).code()).isEqualTo(ErrorCode.PROMPT_REFUSED);
  }

  @Test
  void onlyRowsWithoutALanguageGetOneFromTheModel() {
    Transcribed given = decoded(Padding.FULL).of(utterance("deu"));
    assertThat(given.language()).isEqualTo("deu");
    assertThat(given.languageProbability()).isNaN();
    Transcribed found = decoded(Padding.FULL).of(utterance(null));
    int id = reference.tokens().language(found.language()).orElseThrow();
    assertThat(reference.tokens().languages()).contains(id);
    assertThat(found.languageProbability()).isBetween(0.0, 1.0);
    assertThat(found.text()).isNotEqualTo(given.text());
  }

  @Test
  void aRecordingThatSaysNothingNewCostsTheSame() {
    Transcribed first = decoded(Padding.FULL).of(utterance("deu"));
    assertThat(first.gflops().total()).isEqualTo(first.gflops().dense());
    assertThat(first.gflops().decoder()).isZero();
    assertThat(first.gflops().ctc()).isPositive();
    assertThat(first.gates().first().decoder().text()).isEmpty();
    assertThat(first.gates().openEncoder()).isEqualTo(1);
    assertThat(first.gates().openDecoder()).isNaN();
    assertThat(first.noSpeechProbability()).isBetween(0.0, 1.0);
    assertThat(first.timing().batchSize()).isEqualTo(1);
  }

  /** A prompt of more tokens costs more, and nothing else does. */
  @Test
  void aTextBeforeIsCountedByItsTokens() {
    Utterance bare = utterance("eng");
    Utterance told =
        new Utterance("u", bare.samples(), "eng", "asr", "guten morgen wie spät ist es");
    Transcribed without = decoded(Padding.FULL).of(bare);
    Transcribed with = decoded(Padding.FULL).of(told);
    assertThat(with.gflops().encoder()).isGreaterThan(without.gflops().encoder());
    assertThat(with.gflops().ctc()).isEqualTo(without.gflops().ctc());
    assertThat(with.text()).isNotEqualTo(without.text());
  }

  @Test
  void closedCrossAttentionsIgnoreTheTextBefore() {
    Utterance bare = utterance("eng");
    Utterance told = new Utterance("u", bare.samples(), "eng", "asr", "good evening");
    int layers = reference.model().config().encoder().numBlocks();
    int crosses = reference.model().config().crossAttention().size();
    String gates = "fixed:" + "1".repeat(4 * layers) + "+" + "0".repeat(crosses) + "/";
    GateChoice choice = GateChoice.parse(gates, GateChoice.Learned.DEFAULTS);
    DecodedCtc closed = DecodedCtc.with(reference, choice, Padding.FULL, 2, 4);
    Transcribed one = closed.of(bare);
    Transcribed other = closed.of(told);
    assertThat(other.text()).isEqualTo(one.text());
    assertThat(other.score()).isEqualTo(one.score(), within(1e-6));
    Transcribed open = decoded(Padding.FULL).of(bare);
    assertThat(one.gflops().total()).isLessThan(open.gflops().total());
    assertThat(one.gflops().dense()).isEqualTo(open.gflops().dense());
    assertThat(one.gates().openEncoder())
        .isEqualTo(4.0 * layers / (4.0 * layers + crosses), within(1e-12));
  }

  @Test
  void severalWindowsOfALongRecordingShareABatch() {
    float[] samples = reference.samples("a_long.wav");
    Utterance whole = new Utterance("long", samples, "eng", "asr", null);
    Transcribed together = DecodedCtc.open(reference, Padding.FULL, 8, 4).of(whole);
    LongWindows cut = LongWindows.of(reference.model().config(), 4);
    int windows = cut.count(samples.length);
    assertThat(together.timing().batchSize()).isEqualTo(windows);
    Transcribed one = decoded(Padding.FULL).of(utterance("eng"));
    assertThat(together.gflops().total())
        .isCloseTo(windows * one.gflops().total(), within(1e-9 * windows));
  }

  @Test
  void theWordsOfTheBestPathHaveTimes() {
    Decoding words =
        new Decoding(DecodingOptions.DEFAULTS, new GateChoice.Open(), Padding.FULL, 60)
            .withWords(true);
    float[] samples = reference.samples("a_long.wav");
    Transcribed own =
        new DecodedCtc(reference, words).of(new Utterance("long", samples, "eng", "asr", null));
    assertThat(own.words().stream().map(TimedWord::word).collect(Collectors.joining()))
        .isEqualTo(own.text().replace(" ", ""));
    double last = 0;
    for (TimedWord word : own.words()) {
      assertThat(word.startS()).isGreaterThanOrEqualTo(last);
      assertThat(word.endS()).isBetween(word.startS(), (double) samples.length / RATE);
      assertThat(word.confidence()).isBetween(0.0, 1.0);
      last = word.startS();
    }
    assertThat(own.gflops().total()).isEqualTo(own.gflops().dense());
    Utterance translated = new Utterance("u", Arrays.copyOf(samples, RATE), "eng", "st_deu", null);
    assertThat(new DecodedCtc(reference, words).of(translated).words()).isEmpty();
  }

  @Test
  void whatOnlyAnEncoderDecoderCanDoIsRefused() {
    DecodingOptions timed = new DecodingOptions(1, 0, 0, 0, 0, false, true, false, 29.0, 0.2);
    assertThatThrownBy(() -> transcriber(timed, 4))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--timestamps");
    DecodingOptions weighted = new DecodingOptions(1, 0.3, 0, 0, 0, false, false, false, 29.0, 0.2);
    assertThatThrownBy(() -> transcriber(weighted, 4))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--ctc-weight 0.3");
    Decoding fewer =
        new Decoding(
            DecodingOptions.DEFAULTS,
            new GateChoice.Open(),
            Padding.FULL,
            240,
            FrameChoice.parse("drop:0.4@1"));
    assertThatThrownBy(() -> DecodedCtc.owsm(reference).transcriber(fewer))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--frames drop:0.4@1");
    assertThatThrownBy(() -> transcriber(DecodingOptions.DEFAULTS, 15))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--window-context-s 15.0");
  }

  /** Its windows share batches with others; it fails once, however many of them are too much. */
  @Test
  void aLongRecordingThatIsTooMuchFailsAlone() {
    Utterance slow = new Utterance("long", reference.samples("a_long.wav"), "eng", "asr", null);
    List<Utterance> utterances = List.of(utterance("eng"), slow);
    DecodedCtc together = DecodedCtc.open(reference, Padding.FULL, 8, 4);
    String undisturbed = ((Transcribed) together.outcomes(utterances).get("u")).text();
    TroubledTurns watch = new TroubledTurns("long", 10, () -> new TimeLimitException("slow"));
    Map<String, Outcome> outcomes = together.outcomes(utterances, watch);
    assertThat(((Failed) outcomes.get("long")).code()).isEqualTo(ErrorCode.INFERENCE_TIMEOUT);
    assertThat(((Transcribed) outcomes.get("u")).text()).isEqualTo(undisturbed);
    assertThat(watch.open()).isZero();
    assertThat(watch.begun().get(0)).contains("u", "long");
  }

  private static CtcTranscriber transcriber(DecodingOptions options, double contextS) {
    return DecodedCtc.owsm(reference)
        .transcriber(
            new Decoding(options, new GateChoice.Open(), Padding.FULL, 240)
                .withWindowContextS(contextS));
  }

  private static DecodedCtc decoded(Padding padding) {
    return DecodedCtc.open(reference, padding, 1, 4);
  }

  private static Utterance utterance(String language) {
    float[] samples = Arrays.copyOf(reference.samples("a_deu.wav"), 3 * RATE);
    return new Utterance("u", samples, language, "asr", null);
  }

  private static Failed refused(int samples, String language, String task, String before) {
    Utterance utterance = new Utterance("u", new float[samples], language, task, before);
    return (Failed) decoded(Padding.NONE).outcomes(List.of(utterance)).get("u");
  }
}
