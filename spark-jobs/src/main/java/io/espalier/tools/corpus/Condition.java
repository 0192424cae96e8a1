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
  TELEPHONE,
  /** A room of six walls, by its mirrored images. */
  ROOM,
  /** Mains hum. */
  HUM,
  /** Wind. */
  WIND,
  /** Keys and dishes. */
  CLICKS,
  /** Music in the background. */
  MUSIC,
  /** A mobile phone's codec at its lowest rate. */
  GSM,
  /** Opus at its lowest rate. */
  OPUS,
  /** MP3 at a low rate. */
  MP3;

  /** Whether a signal-to-noise ratio belongs to it. */
  public boolean noisy() {
    return switch (this) {
      case WHITE, PINK, BABBLE, HUM, WIND, CLICKS, MUSIC -> true;
      case CLEAN, REVERB, TELEPHONE, ROOM, GSM, OPUS, MP3 -> false;
    };
  }

  /** The name in recipes and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
