package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.ProductCounter;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Kernels;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.words.TimedWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TimedWordsTest {
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0, -12, 0, 0, false, false, false, 29.0, 0.2);
  private static final DecodingOptions TIMED =
      new DecodingOptions(3, 0, -12, 0, 0, false, true, false, 29.0, 0.2);

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theWordsOfATextComeInOrderWithinTheSound(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      for (DecodingOptions options : List.of(GREEDY, TIMED)) {
        List<Utterance> utterances = utterances(reference);
        Map<String, Outcome.Transcribed> outcomes = decode(reference, options, true, 2, utterances);
        assertThat(outcomes.values()).anySatisfy(own -> assertThat(own.words()).isNotEmpty());
        for (Utterance utterance : utterances) {
          Outcome.Transcribed own = outcomes.get(utterance.id());
          if (utterance.task().equals("asr")) {
            assertThat(own.words().stream().map(TimedWord::word).collect(Collectors.joining()))
                .isEqualTo(own.text().replaceAll("<[^>]*>| ", ""));
          } else {
            assertThat(own.words()).isEmpty();
          }
          double last = 0;
          for (TimedWord word : own.words()) {
            assertThat(word.startS()).isGreaterThanOrEqualTo(last);
            assertThat(word.endS()).isGreaterThanOrEqualTo(word.startS());
            assertThat(word.confidence()).isBetween(0.0, 1.0);
            last = word.startS();
          }
          assertThat(last).isLessThanOrEqualTo(utterance.samples().length / 16_000.0);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theyChangeNoTextAndDependOnNoNeighbourAndCostWhatTheLedgerSays(ReferenceSet set) {
    ProductCounter counter = new ProductCounter();
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      List<Utterance> utterances = utterances(reference);
      Map<String, Outcome.Transcribed> plain = decode(reference, GREEDY, false, 1, utterances);
      counter.reset();
      Map<String, Outcome.Transcribed> alone = decode(reference, GREEDY, true, 1, utterances);
      long counted = counter.flops();
      Map<String, Outcome.Transcribed> together = decode(reference, GREEDY, true, 3, utterances);
      double sum = 0;
      for (Utterance utterance : utterances) {
        Outcome.Transcribed own = alone.get(utterance.id());
        sum += own.gflops().total();
        assertThat(own.text()).isEqualTo(plain.get(utterance.id()).text());
        assertThat(together.get(utterance.id()).words())
            .usingRecursiveComparison()
            .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-5 ? 0 : 1, Double.class)
            .isEqualTo(own.words());
        assertThat(together.get(utterance.id()).gflops()).isEqualTo(own.gflops());
      }
      assertThat(Math.round(sum * 1e9)).isEqualTo(counted);
    }
  }

  @Test
  void framesThatWentHaveNoTime() {
    assertThatThrownBy(
            () ->
                new Decoding(
                        GREEDY,
                        new GateChoice.Open(),
                        Padding.FULL,
                        60,
                        FrameChoice.parse("drop:0.4@1"))
                    .withWords(true))
        .hasMessage(
            "Cannot time words with --frames drop:0.4@1: frames that went have no time. Omit one of"
                + " the two");
  }

  private static Map<String, Outcome.Transcribed> decode(
      ReferenceModel reference,
      DecodingOptions options,
      boolean words,
      int batch,
      List<Utterance> utterances) {
    double seconds = DecodedReference.seconds(reference, batch);
    Decoding decoding =
        new Decoding(options, new GateChoice.Open(), Padding.FULL, seconds).withWords(words);
    return new DecodedReference(reference, Optional.empty(), decoding).of(utterances);
  }

  /** Short ones of several lengths, a translation, and one that is longer than a window. */
  private static List<Utterance> utterances(ReferenceModel reference) {
    List<Utterance> utterances = new ArrayList<>();
    for (String recording : reference.recordings()) {
      utterances.add(new Utterance(recording, reference.samples(recording), "eng", "asr", null));
    }
    String first = reference.recordings().get(0);
    String task =
        reference.tokens().tasks().stream()
            .filter(t -> t.startsWith("st_"))
            .findFirst()
            .orElseThrow();
    utterances.add(new Utterance("translated", reference.samples(first), "eng", task, null));
    return utterances;
  }
}
