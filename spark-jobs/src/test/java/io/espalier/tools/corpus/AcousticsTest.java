package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AcousticsTest {
  @Test
  void resamplingKeepsATone() {
    float[] tone = tone(1000, 22_050, 22_050);
    float[] expected = tone(1000, SAMPLE_RATE, SAMPLE_RATE);
    float[] actual = SincResampler.resample(tone, 22_050, SAMPLE_RATE);
    assertThat(actual).hasSize(SAMPLE_RATE);
    for (int i = 100; i < SAMPLE_RATE - 100; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-3f));
    }
  }

  @Test
  void resamplingRemovesWhatTheLowerRateCannotHold() {
    float[] resampled = SincResampler.resample(tone(9500, 22_050, 22_050), 22_050, SAMPLE_RATE);
    assertThat(decibels(resampled)).isLessThan(-50);
  }

  @Test
  void whiteNoiseHasEqualPowerInEqualBandsAndPinkNoiseLosesThreeDecibelsPerOctave() {
    float[] white = Noise.white(1 << 17, new Random(1));
    float[] pink = Noise.pink(1 << 17, new Random(1));
    assertThat(power(white, 4000) / power(white, 500)).isCloseTo(1, within(0.3));
    assertThat(power(pink, 500) / power(pink, 4000)).isCloseTo(8, within(2.4));
  }

  @Test
  void reverberationDecaysBySixtyDecibelsOverItsLength() {
    float[] response = Room.impulseResponse(new Random(5));
    int tenth = response.length / 10;
    double early = energy(response, tenth, 2 * tenth);
    double late = energy(response, 8 * tenth, 9 * tenth);
    // Seven tenths of 60 dB lie between the two stretches.
    assertThat(10 * Math.log10(early / late)).isCloseTo(42, within(3.0));
  }

  @Test
  void convolutionWithAnImpulseDelays() {
    float[] delayed = Room.convolve(new float[] {1, 2, 3, 4}, new float[] {0, 0.5f});
    assertThat(delayed).containsExactly(0f, 0.5f, 1f, 1.5f);
  }

  @Test
  void aTelephonePassesSpeechAndStopsWhatIsBelowAndAbove() {
    assertThat(lineDecibels(500)).isBetween(-9.0, -3.0);
    assertThat(lineDecibels(3000)).isBetween(-9.0, -3.0);
    assertThat(lineDecibels(100)).isLessThan(-35);
    assertThat(lineDecibels(6000)).isLessThan(-35);
  }

  @Test
  void roundsToSixteenBitsWithoutWrappingRound() {
    assertThat(AudioWriter.pcm16(new float[] {0, 0.5f, -1, 1, 2}))
        .containsExactly((short) 0, (short) 16384, (short) -32768, (short) 32767, (short) 32767);
  }

  /** Output level of a tone of half a 1 kHz tone's amplitude, relative to the latter, in dB. */
  private static double lineDecibels(double hertz) {
    float[] mixed = tone(1000, SAMPLE_RATE, SAMPLE_RATE);
    Signals.add(mixed, tone(hertz, SAMPLE_RATE, SAMPLE_RATE), 0.5);
    float[] output = TelephoneLine.transmit(mixed);
    return 10 * Math.log10(power(output, hertz) / power(output, 1000));
  }

  private static float[] tone(double hertz, int sampleRate, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hertz * i / sampleRate);
    }
    return samples;
  }

  private static double decibels(float[] samples) {
    return 20 * Math.log10(Signals.rms(samples));
  }

  private static double energy(float[] samples, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) samples[i] * samples[i];
    }
    return sum;
  }

  /** Mean power around a frequency: averaged squares of one-tone Fourier sums over short blocks. */
  private static double power(float[] samples, double hertz) {
    int block = 256;
    double sum = 0;
    for (int start = 0; start + block <= samples.length; start += block) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < block; i++) {
        double window = Math.pow(Math.sin(Math.PI * i / block), 2);
        double phase = 2 * Math.PI * hertz * i / SAMPLE_RATE;
        real += window * samples[start + i] * Math.cos(phase);
        imaginary += window * samples[start + i] * Math.sin(phase);
      }
      sum += real * real + imaginary * imaginary;
    }
    return sum * block / samples.length;
  }
}
