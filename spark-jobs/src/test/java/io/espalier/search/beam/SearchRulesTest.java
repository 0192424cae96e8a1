package io.espalier.search.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.nn.DeviceMemory;
import io.espalier.owsm.TokenTable;
import io.espalier.search.words.CompressionRatio;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may come next, how long it may get, and when it is over. */
class SearchRulesTest {
  private static final TokenTable TOKENS =
      new TokenTable(
          List.of(
              "<blank>",
              "<unk>",
              "<eng>",
              "<asr>",
              "<notimestamps>",
              "<0.00>",
              "<0.02>",
              "<0.04>",
              "a",
              "b",
              "<sos>",
              "<eos>",
              "<sop>"));
  private static final int T0 = TOKENS.firstTimestamp();
  private static final int TEXT = 8;

  @ParameterizedTest
  @CsvSource({
    "0, 0, 100, 100, 0",
    "0.5, 0.1, 101, 50, 10",
    "0.001, 0, 100, 1, 0",
    "-7, -3, 100, 7, 3",
    "0, -3, 100, 100, 3"
  })
  void lengthsAreRatiosOrNumbers(double most, double least, int frames, int max, int min) {
    DecodingOptions options =
        new DecodingOptions(1, 0, most, least, 0, false, false, false, 29, 0.2);
    assertThat(LengthRules.of(options, least, frames, 1000)).isEqualTo(new LengthRules(min, max));
  }

  @Test
  void noLengthExceedsTheRoom() {
    assertThat(LengthRules.of(DecodingOptions.DEFAULTS, 0, 749, 40).max()).isEqualTo(40);
  }

  @Test
  void nothingEndsBeforeAnythingHasEnded() {
    assertThat(EndDetection.isOver(List.of(), 9)).isFalse();
  }

  @Test
  void threeStepsOfHopelessEndsAreTheEnd() {
    List<Hypothesis> ended =
        new ArrayList<>(List.of(ended(4, -1), ended(8, -11.5), ended(9, -12), ended(10, -11.1)));
    assertThat(EndDetection.isOver(ended, 10)).isTrue();
    // One end of the last three lengths that is only ten worse keeps hope alive.
    ended.add(ended(9, -11));
    assertThat(EndDetection.isOver(ended, 10)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"ESPNET_202611, 7, 3, 10", "ESPNET_202511, 7, 6, 7"})
  void thePromptCountsOnlyInTheOldSearch(
      SearchRelease release, int step, int emitted, int longestEnded) {
    // A prompt of four tokens and three behind it.
    assertThat(release.emitted(7, 4)).isEqualTo(emitted);
    assertThat(release.longestEnded(step, 4)).isEqualTo(longestEnded);
  }

  @ParameterizedTest
  @CsvSource({"ESPNET_202611", "ESPNET_202511"})
  void behindOneTokenBothSearchesAreTheSame(SearchRelease release) {
    assertThat(release.emitted(5, 1)).isEqualTo(4);
    assertThat(release.longestEnded(6, 1)).isEqualTo(6);
  }

  @Test
  void aStepWithoutAnEndIsNotHopeless() {
    List<Hypothesis> ended = List.of(ended(4, -1), ended(8, -30), ended(10, -30));
    assertThat(EndDetection.isOver(ended, 10)).isFalse();
  }

  @Test
  void withoutTimestampsNoneMayCome() {
    assertThat(filter("<sos>", "<eng>", "<asr>", "<notimestamps>", "a"))
        .isEqualTo(TokenFilter.NO_TIMESTAMPS);
  }

  @Test
  void aTimestampComesFirst() {
    assertThat(filter("<sos>", "<eng>", "<asr>")).isEqualTo(new TokenFilter(false, false, T0));
  }

  @Test
  void behindAStartComesTextOrALaterEnd() {
    assertThat(filter("<sos>", "<eng>", "<asr>", "<0.02>"))
        .isEqualTo(new TokenFilter(true, false, T0 + 2));
    assertThat(filter("<sos>", "<eng>", "<asr>", "<0.02>", "a"))
        .isEqualTo(new TokenFilter(true, false, T0 + 2));
  }

  @Test
  void behindAnEndComesTheSentencesEndOrAStartThatIsNotEarlier() {
    assertThat(filter("<sos>", "<eng>", "<asr>", "<0.00>", "a", "<0.02>"))
        .isEqualTo(new TokenFilter(false, true, T0 + 1));
  }

  @Test
  void aPreviousTextDoesNotCountAsTheStart() {
    assertThat(filter("<sop>", "a", "b", "<sos>", "<eng>", "<asr>"))
        .isEqualTo(new TokenFilter(false, false, T0));
  }

  @Test
  void textOutsideOfTimestampsIsADeadEnd() {
    assertThat(filter("<sos>", "<eng>", "<asr>", "<0.00>", "<0.02>", "b"))
        .isEqualTo(TokenFilter.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({"a, 100, 12", "ha , 50, 14", "the quick brown fox, 1, 27"})
  void compressionRatioIsThatOfZlib(String part, int times, int compressed) {
    String text = (part.equals("ha") ? "ha " : part).repeat(times);
    assertThat(CompressionRatio.of(text))
        .isCloseTo((double) text.length() / compressed, within(1e-12));
  }

  @Test
  void anEmptyTextRepeatsNothing() {
    assertThat(CompressionRatio.of("")).isZero();
  }

  @Test
  void memoryErrorsAreKnownByTheirWords() {
    assertThat(DeviceMemory.isExhausted(new OutOfMemoryError("Java heap space"))).isTrue();
    assertThat(DeviceMemory.isExhausted(new RuntimeException("CUDA out of memory. Tried")))
        .isTrue();
    assertThat(
            DeviceMemory.isExhausted(
                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried")))
        .isTrue();
    assertThat(DeviceMemory.isExhausted(new RuntimeException("shape mismatch"))).isFalse();
    assertThat(DeviceMemory.isExhausted(new RuntimeException((String) null))).isFalse();
  }

  private static TokenFilter filter(String... sequence) {
    return TimestampRules.filter(TOKENS, Arrays.stream(sequence).mapToInt(TOKENS::id).toArray());
  }

  private static Hypothesis ended(int length, double score) {
    int[] tokens = IntStream.range(0, length).map(i -> TEXT).toArray();
    return new Hypothesis(tokens, 1, score, score, 0);
  }
}
