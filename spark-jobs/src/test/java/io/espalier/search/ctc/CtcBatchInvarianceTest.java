package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How windows of mixed lengths and prompts share batches is nobody's business. */
class CtcBatchInvarianceTest {
  private static final int RATE = 16_000;
  private static final List<Integer> BATCHES = List.of(1, 3, 8);
  private static final List<String> BEFORE =
      Arrays.asList(null, "good evening", null, "guten morgen wie spät ist es jetzt hier", "si");

  static Stream<Arguments> cases() {
    return ReferenceSets.owsmCtc().stream()
        .flatMap(
            set ->
                Arrays.stream(Padding.values())
                    .flatMap(
                        padding ->
                            Stream.of("open", "random:0.7/0:5")
                                .map(gates -> Arguments.of(set, padding, gates))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void nothingDependsOnTheNeighbours(ReferenceSet set, Padding padding, String gates) {
    GateChoice choice = GateChoice.parse(gates, GateChoice.Learned.DEFAULTS);
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      List<Utterance> utterances = utterances(reference);
      DecodedCtc single = DecodedCtc.with(reference, choice, padding, 1, 4);
      Map<String, Transcribed> alone = new HashMap<>();
      utterances.forEach(utterance -> alone.put(utterance.id(), single.of(utterance)));
      assertThat(alone.values().stream().map(Transcribed::text).distinct().count())
          .isGreaterThan(utterances.size() / 2);
      Random random = new Random(7);
      for (int batch : BATCHES) {
        Collections.shuffle(utterances, random);
        Map<String, Transcribed> together =
            DecodedCtc.with(reference, choice, padding, batch, 4).of(utterances);
        alone.forEach((id, own) -> check(own, together.get(id), batch));
      }
    }
  }

  private static void check(Transcribed own, Transcribed other, int batch) {
    assertThat(other.text()).as("%s in %d", own.id(), batch).isEqualTo(own.text());
    assertThat(other.language()).as(own.id()).isEqualTo(own.language());
    assertThat(other.gates()).as(own.id()).isEqualTo(own.gates());
    assertThat(other.score()).as(own.id()).isCloseTo(own.score(), within(1e-2));
    assertThat(other.noSpeechProbability())
        .as(own.id())
        .isCloseTo(own.noSpeechProbability(), within(1e-4));
    assertThat(other.gflops()).as("%s in %d", own.id(), batch).isEqualTo(own.gflops());
  }

  /** Ten parts of the recordings, of different lengths, languages, tasks and texts before. */
  private static List<Utterance> utterances(ReferenceCtc reference) {
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 10; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      int from = Math.min(samples.length / 3, RATE / 4 * i);
      int to = i == 5 ? from + 34 * RATE : Math.min(samples.length, from + RATE + RATE * i / 2);
      utterances.add(
          new Utterance(
              "u" + i,
              Arrays.copyOfRange(samples, from, to),
              i % 3 == 0 ? null : "eng",
              i % 4 == 3 ? "st_eng" : "asr",
              BEFORE.get(i % BEFORE.size())));
    }
    return utterances;
  }
}
