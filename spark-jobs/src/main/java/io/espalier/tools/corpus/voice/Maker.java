package io.espalier.tools.corpus.voice;

import java.util.Locale;

/** What makes speech. */
public enum Maker {
  /** The formant synthesizer espeak-ng. */
  ESPEAK,
  /** Flite: parameters predicted by statistics, English only. */
  FLITE,
  /** Festival: diphones cut from recordings, or a hidden Markov model, in the voice's language. */
  FESTIVAL,
  /** Festival's diphones in a language that their speaker does not speak: a foreign accent. */
  ACCENT;

  /** The name in recipes and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
