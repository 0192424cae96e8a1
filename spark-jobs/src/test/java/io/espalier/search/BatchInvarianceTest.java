package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How utterances share batches is nobody's business but the machine's. */
class BatchInvarianceTest {
  private static final int RATE = 16_000;
  private static final List<Integer> BATCHES = List.of(1, 3, 8);

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void greedyTextDoesNotDependOnTheBatch(ReferenceSet set) {
    check(set, options(1, 0), Padding.FULL);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void beamTextDoesNotDependOnTheBatch(ReferenceSet set) {
    check(set, options(4, 0.3), Padding.FULL);
  }

  /** Without CTC, where the search ends by the scores of its hypotheses alone. */
  @ParameterizedTest
  @MethodSource("sets")
  void textsAndCostsOfTheDefaultBeamAreTheUtterancesOwn(ReferenceSet set) {
    check(set, DecodingOptions.DEFAULTS, Padding.FULL);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void realLengthsDoNotLeakIntoEachOther(ReferenceSet set) {
    check(set, options(1, 0), Padding.NONE);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void greedyTextsAndCostsAreThoseOfTheOwnBucket(ReferenceSet set) {
    check(set, options(1, 0), Padding.BUCKET);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void beamTextsAndCostsAreThoseOfTheOwnBucket(ReferenceSet set) {
    check(set, options(4, 0.3), Padding.BUCKET);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void randomLengthsOfAllBucketsDoNotDisturbEachOther(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      check(reference, noise(new Random(11)), options(1, 0), Padding.BUCKET);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void framesGoByTheUtteranceAlone(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      for (String frames : List.of("drop:0.4@1", "merge:0.6@1")) {
        for (Padding padding : List.of(Padding.FULL, Padding.NONE)) {
          check(
              reference, utterances(reference), options(1, 0), padding, FrameChoice.parse(frames));
        }
      }
    }
  }

  /** Sounds as long as may be, one longer than a window among them. */
  private static List<Utterance> noise(Random random) {
    List<Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int length = i == 0 ? 34 * RATE : RATE / 10 + random.nextInt(30 * RATE);
      float[] samples = new float[i % 2 == 0 ? length : length / 4];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) (0.1 * random.nextGaussian() * Math.sin(t / (700.0 + 100 * i)));
      }
      utterances.add(new Utterance("u" + i, samples, i % 3 == 0 ? null : "eng", "asr", null));
    }
    return utterances;
  }

  private static void check(ReferenceSet set, DecodingOptions options, Padding padding) {
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      check(reference, utterances(reference), options, padding);
    }
  }

  private static void check(
      ReferenceModel reference,
      List<Utterance> utterances,
      DecodingOptions options,
      Padding padding) {
    check(reference, utterances, options, padding, FrameChoice.KEEP);
  }

  private static void check(
      ReferenceModel reference,
      List<Utterance> utterances,
      DecodingOptions options,
      Padding padding,
      FrameChoice frames) {
    DecodedReference single = decoded(reference, options, padding, frames, 1);
    Map<String, Outcome.Transcribed> alone = new HashMap<>();
    utterances.forEach(utterance -> alone.putAll(single.of(List.of(utterance))));
    assertThat(alone).hasSize(utterances.size());
    assertThat(alone.values()).anySatisfy(one -> assertThat(one.text()).isNotEmpty());
    Random random = new Random(7);
    for (int batch : BATCHES) {
      Collections.shuffle(utterances, random);
      Map<String, Outcome.Transcribed> together =
          decoded(reference, options, padding, frames, batch).of(utterances);
      assertThat(together.keySet()).isEqualTo(alone.keySet());
      alone.forEach(
          (id, own) -> {
            Outcome.Transcribed other = together.get(id);
            assertThat(other.text()).as("%s in %d", id, batch).isEqualTo(own.text());
            assertThat(other.language()).as(id).isEqualTo(own.language());
            assertThat(other.score()).as(id).isCloseTo(own.score(), within(1e-2));
            assertThat(other.gflops()).as("%s in %d", id, batch).isEqualTo(own.gflops());
          });
    }
  }

  private static DecodedReference decoded(
      ReferenceModel reference,
      DecodingOptions options,
      Padding padding,
      FrameChoice frames,
      int batch) {
    double seconds = DecodedReference.seconds(reference, batch);
    return new DecodedReference(
        reference,
        Optional.empty(),
        new Decoding(options, new GateChoice.Open(), padding, seconds, frames));
  }

  /** Nine parts of the recordings, of different lengths, languages, tasks and prompts. */
  private static List<Utterance> utterances(ReferenceModel reference) {
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 9; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      int from = Math.min(samples.length / 3, RATE / 4 * i);
      int to = Math.min(samples.length, from + RATE + RATE * i / 2);
      utterances.add(
          new Utterance(
              "u" + i,
              Arrays.copyOfRange(samples, from, to),
              i % 3 == 0 ? null : "eng",
              i % 4 == 3 ? "st_eng" : "asr",
              i % 5 == 4 ? "what was said before" : null));
    }
    return utterances;
  }

  private static DecodingOptions options(int beam, double ctcWeight) {
    return new DecodingOptions(beam, ctcWeight, -40, 0, 0, false, false, false, 29.0, 0.2);
  }
}
