package io.espalier.tools.corpus.sound;

import static io.espalier.audio.Waveform.SAMPLE_RATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  void aRoomsReflectionsComeLaterAndWeakerThanTheDirectSound() {
    double[] sizes = {5, 4, 3};
    double[] speaker = {1, 1, 1.5};
    double[] microphone = {3, 1, 1.5};
    float[] response = new ShoeboxRoom(sizes, speaker, microphone, 0.5, 0.1).impulseResponse();
    assertThat(response[0]).isCloseTo(1, within(1e-6f));
    // By the wall at y = 0, the way is 2 sqrt(2) m in place of 2 m, and half comes back.
    double late = (Math.sqrt(8) - 2) / 343 * SAMPLE_RATE;
    int sample = (int) late;
    assertThat(response[sample] + response[sample + 1])
        .isCloseTo((float) (0.5 * 2 / Math.sqrt(8)), within(1e-3f));
    for (int i = 1; i < sample; i++) {
      assertThat(response[i]).isZero();
    }
  }

  @Test
  void aRoomDecaysAsEyringSays() {
    double[] sizes = {6, 5, 3};
    double reflection = ShoeboxRoom.reflection(sizes, 0.4);
    float[] response =
        new ShoeboxRoom(
                sizes, new double[] {2, 2, 1}, new double[] {4.1, 3.3, 1.7}, reflection, 0.3)
            .impulseResponse();
    double early = energy(response, SAMPLE_RATE / 20, SAMPLE_RATE / 10);
    double late = energy(response, SAMPLE_RATE / 4, 3 * SAMPLE_RATE / 10);
    // A fifth of a second is half of the time of 60 dB, but what runs along the longest walls meets
    // few
    // of them, and decays more slowly than the formula's mean.
    assertThat(10 * Math.log10(early / late)).isBetween(15.0, 32.0);
  }

  @Test
  void everyNoiseSoundsAllTheTimeAndIsTheSameForASeed() {
    for (BiFunction<Integer, Random, float[]> noise :
        List.<BiFunction<Integer, Random, float[]>>of(
            Noise::white, Noise::pink, Noise::hum, Noise::wind, Noise::clicks, Noise::music)) {
      float[] samples = noise.apply(4 * SAMPLE_RATE, new Random(3));
      assertThat(noise.apply(4 * SAMPLE_RATE, new Random(3))).isEqualTo(samples);
      for (int second = 0; second < 4; second++) {
        assertThat(energy(samples, second * SAMPLE_RATE, (second + 1) * SAMPLE_RATE)).isPositive();
      }
    }
    float[] hum = Noise.hum(1 << 15, new Random(1));
    assertThat(power(hum, 62) / power(hum, 4000)).isGreaterThan(1000);
    float[] wind = Noise.wind(1 << 15, new Random(1));
    assertThat(power(wind, 100) / power(wind, 4000)).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource(LowRateCodec.class)
  void aLowRateKeepsLengthAndTonesOfSpeech(LowRateCodec codec) throws IOException {
    float[] tone = tone(700, SAMPLE_RATE, 2 * SAMPLE_RATE + 123);
    Signals.scale(tone, 0.3);
    float[] heard = codec.transmit(tone);
    assertThat(heard).hasSameSizeAs(tone).isNotEqualTo(tone);
    assertThat(decibels(heard)).isCloseTo(decibels(tone), within(3.0));
    assertThat(power(heard, 700) / power(heard, 3000)).isGreaterThan(50);
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
