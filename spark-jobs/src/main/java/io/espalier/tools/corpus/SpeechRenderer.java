package io.espalier.tools.corpus;

import static io.espalier.audio.Waveform.SAMPLE_RATE;

import io.espalier.tools.corpus.sound.LowRateCodec;
import io.espalier.tools.corpus.sound.Noise;
import io.espalier.tools.corpus.sound.Room;
import io.espalier.tools.corpus.sound.Signals;
import io.espalier.tools.corpus.sound.SincResampler;
import io.espalier.tools.corpus.sound.TelephoneLine;
import io.espalier.tools.corpus.voice.Synthesizer;
import io.espalier.tools.corpus.voice.Voice;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Synthesises a planned utterance and applies its acoustic condition. */
final class SpeechRenderer {
  private static final double MIN_SILENCE_S = 0.1;
  private static final double MAX_SILENCE_S = 0.35;
  private static final double MIN_LEVEL_DB = -26;
  private static final double MAX_LEVEL_DB = -20;
  private static final float MAX_PEAK = 0.9f;

  private final Synthesizer synthesizer;
  private final List<float[]> talkers;

  /**
   * A renderer.
   *
   * @param talkers speech at 16 kHz that babble is mixed from; may be empty if there is no babble
   */
  SpeechRenderer(Synthesizer synthesizer, List<float[]> talkers) {
    this.synthesizer = synthesizer;
    this.talkers = List.copyOf(talkers);
  }

  /**
   * Speech at 16 kHz without silence at its ends.
   *
   * @param cut samples of silence that were cut off in front of it
   * @param whole samples with that silence and that behind it
   */
  @SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
  record Spoken(float[] samples, int cut, int whole) {}

  /**
   * Where the synthesizer's sound lies in the samples of its utterance.
   *
   * @param offsetS what to add to a time of the synthesizer, in seconds
   * @param lengthS what the synthesizer gave, silence included, in seconds
   */
  record Place(double offsetS, double lengthS) {}

  static Spoken speak(Synthesizer synthesizer, String text, Voice voice, int speed)
      throws IOException, InterruptedException {
    Synthesizer.Speech speech = synthesizer.speak(text, voice, speed);
    float[] whole = SincResampler.resample(speech.samples(), speech.sampleRate(), SAMPLE_RATE);
    float[] samples = Signals.trim(whole);
    if (samples.length == 0) {
      throw new IOException(
          "Cannot speak \"%s\" as %s: the result is silence".formatted(text, voice.id()));
    }
    return new Spoken(samples, Signals.silenceBefore(whole), whole.length);
  }

  /** Where {@link #render} puts the speech. */
  Place place(PlannedUtterance utterance) throws IOException, InterruptedException {
    Spoken spoken = speak(utterance);
    int before = silence(new Random(utterance.seed()));
    return new Place(
        (before - spoken.cut()) / (double) SAMPLE_RATE, spoken.whole() / (double) SAMPLE_RATE);
  }

  private Spoken speak(PlannedUtterance utterance) throws IOException, InterruptedException {
    return speak(synthesizer, utterance.transcript(), utterance.voice(), utterance.speed());
  }

  /** Samples at 16 kHz, with a level of -26 to -20 dBFS and no sample over 0.9. */
  float[] render(PlannedUtterance utterance) throws IOException, InterruptedException {
    // java.util.Random: its Gaussian is specified to the bit.
    Random random = new Random(utterance.seed());
    float[] speech = speak(utterance).samples();
    double speechRms = Signals.rms(speech);
    float[] padded = Signals.pad(speech, silence(random), silence(random));
    float[] samples =
        switch (utterance.condition()) {
          case CLEAN -> padded;
          case REVERB -> Room.reverberate(padded, random);
          case ROOM -> Room.reflect(padded, random);
          case TELEPHONE -> TelephoneLine.transmit(padded);
          case GSM -> LowRateCodec.GSM.transmit(padded);
          case OPUS -> LowRateCodec.OPUS.transmit(padded);
          case MP3 -> LowRateCodec.MP3.transmit(padded);
          case WHITE, PINK, BABBLE, HUM, WIND, CLICKS, MUSIC ->
              noisy(utterance, padded, speechRms, random);
        };
    double gain =
        Signals.amplitude(Signals.uniform(random, MIN_LEVEL_DB, MAX_LEVEL_DB))
            / Signals.rms(samples);
    Signals.scale(samples, Math.min(gain, MAX_PEAK / Signals.peak(samples)));
    return samples;
  }

  private float[] noisy(
      PlannedUtterance utterance, float[] padded, double speechRms, Random random) {
    float[] noise =
        switch (utterance.condition()) {
          case WHITE -> Noise.white(padded.length, random);
          case PINK -> Noise.pink(padded.length, random);
          case BABBLE -> Noise.babble(padded.length, talkers, random);
          case HUM -> Noise.hum(padded.length, random);
          case WIND -> Noise.wind(padded.length, random);
          case CLICKS -> Noise.clicks(padded.length, random);
          case MUSIC -> Noise.music(padded.length, random);
          case CLEAN, REVERB, TELEPHONE, ROOM, GSM, OPUS, MP3 ->
              throw new IllegalStateException("No noise in " + utterance.condition());
        };
    double noiseRms = speechRms / Signals.amplitude(utterance.snrDb().orElseThrow());
    Signals.add(padded, noise, noiseRms / Signals.rms(noise));
    return padded;
  }

  private static int silence(Random random) {
    return (int) (SAMPLE_RATE * Signals.uniform(random, MIN_SILENCE_S, MAX_SILENCE_S));
  }
}
