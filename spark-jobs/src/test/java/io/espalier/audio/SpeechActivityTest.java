package io.espalier.audio;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.SpeechActivity.Stretch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeechActivityTest {
  @Test
  void silenceAndSteadyNoiseHaveNone() {
    assertThat(find(new float[0])).isEmpty();
    assertThat(find(new float[10 * SAMPLE_RATE])).isEmpty();
    for (double level : new double[] {1e-4, 0.01, 0.3}) {
      assertThat(find(noise(10 * SAMPLE_RATE, level))).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-4, 0.01})
  void soundThatStandsOutIsFoundWithItsMargins(double background) {
    float[] samples = noise(10 * SAMPLE_RATE, background);
    addTone(samples, 3.0, 5.0);
    addTone(samples, 5.9, 6.5);
    addTone(samples, 9.0, 9.4);
    List<Stretch> found = find(samples);
    // The gap of 0.9 s is 0.3 s between the margins, so it closes.
    assertThat(found).hasSize(2);
    assertThat(seconds(found.get(0).start())).isBetween(2.65, 2.75);
    assertThat(seconds(found.get(0).end())).isBetween(6.75, 6.85);
    assertThat(seconds(found.get(1).start())).isBetween(8.65, 8.75);
    assertThat(seconds(found.get(1).end())).isBetween(9.65, 9.75);
  }

  @Test
  void activityAtATimeHasNoMargins() {
    float[] samples = noise(5 * SAMPLE_RATE, 0.001);
    addTone(samples, 2.0, 3.0);
    SpeechActivity activity = SpeechActivity.of(samples);
    assertThat(activity.isActiveAt(1.9)).isFalse();
    assertThat(activity.isActiveAt(2.05)).isTrue();
    assertThat(activity.isActiveAt(2.95)).isTrue();
    assertThat(activity.isActiveAt(3.05)).isFalse();
    assertThat(activity.isActiveAt(-1)).isFalse();
    assertThat(activity.isActiveAt(7)).isFalse();
  }

  @Test
  void aClickIsNoSpeech() {
    float[] samples = noise(5 * SAMPLE_RATE, 0.001);
    addTone(samples, 2.0, 2.02);
    assertThat(find(samples)).isEmpty();
  }

  @Test
  void stretchesAreInOrderApartAndInside() {
    Random random = new Random(4);
    for (int trial = 0; trial < 50; trial++) {
      float[] samples = noise(random.nextInt(6 * SAMPLE_RATE), 0.001);
      for (int i = 0; i < 4; i++) {
        double start = random.nextDouble() * samples.length / SAMPLE_RATE;
        addTone(samples, start, Math.min(start + random.nextDouble(), seconds(samples.length)));
      }
      int end = 0;
      for (Stretch stretch : find(samples)) {
        assertThat(stretch.start()).isGreaterThanOrEqualTo(end);
        assertThat(stretch.end()).isGreaterThan(stretch.start());
        end = stretch.end();
      }
      assertThat(end).isLessThanOrEqualTo(samples.length);
    }
  }

  private static float[] noise(int length, double level) {
    Random random = new Random(7);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (level * random.nextGaussian());
    }
    return samples;
  }

  private static void addTone(float[] samples, double startS, double endS) {
    for (int i = (int) (startS * SAMPLE_RATE); i < (int) (endS * SAMPLE_RATE); i++) {
      samples[i] += (float) (0.2 * Math.sin(2 * Math.PI * 300 * i / SAMPLE_RATE));
    }
  }

  private static List<Stretch> find(float[] samples) {
    return SpeechActivity.of(samples).stretches();
  }

  private static double seconds(int samples) {
    return (double) samples / SAMPLE_RATE;
  }

  @Test
  void theBackgroundOfARecordingDoesNotHideQuietSpeech() {
    float[] samples = noise(10 * SAMPLE_RATE, 1e-3);
    float[] quiet = new float[samples.length];
    addTone(quiet, 4, 6);
    for (int i = 0; i < samples.length; i++) {
      samples[i] += 0.02f * quiet[i];
    }
    assertThat(find(samples)).hasSize(1);
    assertThat(find(Arrays.copyOf(samples, 3 * SAMPLE_RATE))).isEmpty();
  }
}
