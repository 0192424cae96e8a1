package io.espalier.tools.corpus.voice;

/** How makers other than espeak-ng follow a voice's speed and pitch. */
final class Tempo {
  /** Words per minute at which those makers speak by themselves, more or less. */
  private static final double OWN_SPEED = 160;

  private static final int OWN_PITCH = 50;

  private Tempo() {}

  /** By what to multiply durations. The voice's size makes it faster afterwards. */
  static double stretch(Voice voice, int speed) {
    return OWN_SPEED / speed * voice.size();
  }

  /** By what to multiply the pitch: an octave between 0 and 100. */
  static double pitch(Voice voice) {
    return StrictMath.pow(2, (voice.pitch() - OWN_PITCH) / 100.0);
  }
}
