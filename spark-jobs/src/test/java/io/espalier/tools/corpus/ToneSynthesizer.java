package io.espalier.tools.corpus;

import io.espalier.tools.corpus.voice.Synthesizer;
import io.espalier.tools.corpus.voice.Voice;

/** Says every letter as a tone of its own, at the rate of espeak-ng: needs no program. */
final class ToneSynthesizer implements Synthesizer {
  static final int SAMPLE_RATE = 22_050;
  private static final double LETTERS_PER_WORD = 5;

  @Override
  public Speech speak(String text, Voice voice, int speed) {
    int perLetter = (int) (60.0 * SAMPLE_RATE / (speed * LETTERS_PER_WORD));
    float[] samples = new float[perLetter * text.length()];
    for (int i = 0; i < samples.length; i++) {
      char letter = text.charAt(i / perLetter);
      double hertz = 100 + 10.0 * (letter % 32) + 2.0 * voice.pitch();
      double loudness = letter == ' ' ? 0 : 0.3;
      samples[i] = (float) (loudness * StrictMath.sin(2 * StrictMath.PI * hertz * i / SAMPLE_RATE));
    }
    return new Speech(samples, SAMPLE_RATE);
  }
}
