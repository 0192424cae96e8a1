package io.espalier.tools.corpus;

import java.util.Locale;

/** The acoustic condition of the synthesized speech. */
public enum Condition {
  /** Nothing. */
  CLEAN,
  /** Noise with equal power at all frequencies. */
  WHITE,
  /** Noise that loses 3 dB per octave. */
  PINK,
  /** Five other voices speaking at once. */
  BABBLE,
  /** A room: exponentially decaying reverberation. */
  REVERB,
  /** A telephone line: 300 to 3400 Hz and 8-bit mu-law samples. */
  TELEPHONE;

  /** Whether a signal-to-noise ratio belongs to it. */
  public boolean noisy() {
    return this == WHITE || this == PINK || this == BABBLE;
  }

  /** The name in recipes and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
