package io.espalier.tools.corpus.voice;

import java.io.IOException;

/** Turns text into speech. Called from several threads at once. */
@FunctionalInterface
public interface Synthesizer {
  /**
   * Speech for a text. The same arguments must give the same samples.
   *
   * @param text lower-case words in the voice's language
   * @param speed words per minute, in place of the voice's own
   */
  Speech speak(String text, Voice voice, int speed) throws IOException, InterruptedException;

  /**
   * Synthesized speech.
   *
   * @param samples mono, in [-1, 1)
   * @param sampleRate in Hz
   */
  @SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
  record Speech(float[] samples, int sampleRate) {}
}
