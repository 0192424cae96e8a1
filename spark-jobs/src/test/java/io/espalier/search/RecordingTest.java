package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateSet;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordingTest {
  private static final DecodingOptions OPTIONS =
      new DecodingOptions(1, 0, -2, 0, 0, false, false, true, 29.0, 0.2);

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aWindowThatSaidMoreThanAPromptCanHoldDoesNotStopTheNext(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      float[] samples = new float[2 * reference.model().config().windowSamples()];
      Utterance utterance = new Utterance("long", samples, "eng", "asr", null);
      int language = reference.tokens().language("eng").orElseThrow();
      Recording recording = new Recording(utterance, language, reference.owsm(), OPTIONS, false);
      assertThat(recording.next()).isPresent();
      int[] said = said(reference, 2 * reference.model().decoder().maxPositions());
      recording.accept(recognized(said, language), new FlopLedger(1), 0);

      Window next = recording.next().orElseThrow();

      int[] words = Arrays.copyOfRange(said, 1, said.length - 2);
      int[] kept = next.textPrev();
      assertThat(kept).hasSize(reference.model().maxPreviousTokens());
      assertThat(kept)
          .isEqualTo(Arrays.copyOfRange(words, words.length - kept.length, words.length));
      Recognizer recognizer =
          new Recognizer(reference.model(), reference.tokens(), OPTIONS, Padding.FULL);
      assertThat(recognizer.recognize(List.of(next), 1, new FlopLedger(1)).get(0).result().nBest())
          .isNotEmpty();
    }
  }

  /** A segment of that many words, and the end. */
  private static int[] said(ReferenceModel reference, int words) {
    int word = reference.tokenizer().encode("the")[0];
    int first = reference.tokens().firstTimestamp();
    return IntStream.concat(
            IntStream.concat(IntStream.of(first), IntStream.generate(() -> word).limit(words)),
            IntStream.of(reference.tokens().lastTimestamp(), reference.tokens().eos()))
        .toArray();
  }

  private static Recognized recognized(int[] said, int language) {
    Hypothesis best = new Hypothesis(said, 0, -1, -1, 0);
    WindowResult result = new WindowResult(List.of(best), language, Double.NaN, Double.NaN);
    return new Recognized(result, GateSet.parse("1/1"), 1, 1, 1, Optional.empty());
  }
}
