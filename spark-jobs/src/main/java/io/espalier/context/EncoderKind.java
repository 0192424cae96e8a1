package io.espalier.context;

import java.util.Locale;

/** What a context encoder listens for. */
public enum EncoderKind {
  /** Who speaks. */
  SPEAKER,
  /** What it sounds like. */
  EVENT;

  /** The name in recipes, files and messages. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
