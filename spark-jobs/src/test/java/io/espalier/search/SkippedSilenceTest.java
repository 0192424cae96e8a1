package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceCtc;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSets;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.ctc.DecodedSilence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SkippedSilenceTest {
  private static final int RATE = 16_000;
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0, -12, 0, 0, false, false, false, 29.0, 0.2);

  @Test
  void aSilentRowCostsNothingAndSaysNothing() {
    try (ReferenceModel reference = ReferenceModel.open(ReferenceSets.owsmAed().get(0))) {
      Map<String, Outcome.Transcribed> outcomes =
          decode(
              reference,
              List.of(
                  new Utterance("silent", noise(3), null, "asr", null),
                  new Utterance("long", noise(100), "eng", "asr", null),
                  new Utterance("spoken", spoken(reference, 0, 3), "eng", "asr", null)));
      for (String id : List.of("silent", "long")) {
        Outcome.Transcribed silent = outcomes.get(id);
        assertThat(silent.text()).isEmpty();
        assertThat(silent.segments()).isEmpty();
        assertThat(silent.quality()).isEmpty();
        assertThat(silent.gates()).isNull();
        assertThat(silent.gflops().total()).isZero();
      }
      assertThat(outcomes.get("silent").language()).isNull();
      assertThat(outcomes.get("long").language()).isEqualTo("eng");
      Outcome.Transcribed spoken = outcomes.get("spoken");
      assertThat(spoken.gflops().total()).isPositive();
      assertThat(spoken.quality()).hasSize(1);
    }
  }

  @Test
  void windowsOfALongRowBeginWhereSpeechDoes() {
    try (ReferenceModel reference = ReferenceModel.open(ReferenceSets.owsmAed().get(0))) {
      Outcome.Transcribed own =
          decode(
                  reference,
                  List.of(new Utterance("u", spoken(reference, 50, 100), "eng", "asr", null)))
              .get("u");
      assertThat(own.segments()).isNotEmpty();
      assertThat(own.segments()).allMatch(segment -> segment.startS() >= 49.5);
      assertThat(own.quality()).hasSameSizeAs(own.segments());
    }
  }

  @Test
  void anOwsmCtcLeavesOutSilenceToo() {
    try (ReferenceCtc reference = ReferenceCtc.open(ReferenceSets.owsmCtc().get(0))) {
      float[] speech = reference.samples(reference.recordings().get(0));
      Outcome.Transcribed silent = DecodedSilence.of(reference, noise(70));
      assertThat(silent.text()).isEmpty();
      assertThat(silent.gflops().total()).isZero();
      assertThat(silent.gates()).isNull();
      float[] late = noise(100);
      System.arraycopy(speech, 0, late, 60 * RATE, Math.min(speech.length, 3 * RATE));
      Outcome.Transcribed spoken = DecodedSilence.of(reference, late);
      assertThat(spoken.gates()).isNotNull();
      assertThat(spoken.words()).allMatch(word -> word.startS() > 40);
      float[] everywhere = noise(100);
      for (int start = 0; start + 3 * RATE < everywhere.length; start += 4 * RATE) {
        System.arraycopy(speech, 0, everywhere, start, Math.min(speech.length, 3 * RATE));
      }
      assertThat(spoken.gflops().total())
          .isPositive()
          .isLessThan(0.6 * DecodedSilence.of(reference, everywhere).gflops().total());
    }
  }

  private static Map<String, Outcome.Transcribed> decode(
      ReferenceModel reference, List<Utterance> utterances) {
    double seconds = DecodedReference.seconds(reference, 2);
    Decoding decoding =
        new Decoding(GREEDY, new GateChoice.Open(), Padding.FULL, seconds).withSkipSilence(true);
    return new DecodedReference(reference, Optional.empty(), decoding).of(utterances);
  }

  /** Steady noise with three seconds of speech in it. */
  private static float[] spoken(ReferenceModel reference, int atS, int lengthS) {
    float[] samples = noise(lengthS);
    float[] speech = reference.samples(reference.recordings().get(0));
    int length = Math.min(speech.length, Math.min(3 * RATE, samples.length - atS * RATE));
    System.arraycopy(speech, 0, samples, atS * RATE, length);
    return samples;
  }

  private static float[] noise(int seconds) {
    Random random = new Random(5);
    float[] samples = new float[seconds * RATE];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (1e-4 * random.nextGaussian());
    }
    return samples;
  }
}
