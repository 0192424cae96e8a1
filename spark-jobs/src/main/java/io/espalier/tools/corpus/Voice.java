package io.espalier.tools.corpus;

import java.util.Locale;

/**
 * A speaker of the synthetic corpus.
 *
 * @param language ISO 639-3 code of what it speaks
 * @param base the synthesizer's language voice, such as {@code en-gb}
 * @param variant the synthesizer's voice variant, such as {@code m3}
 * @param pitch 0 to 99
 * @param speed words per minute
 * @param gap pause between words in units of 10 ms
 */
public record Voice(String language, String base, String variant, int pitch, int speed, int gap) {
  /** Speaker id in manifests, such as {@code eng-m3-p40-s150}. */
  public String id() {
    return String.join("-", language, variant.toLowerCase(Locale.ROOT), "p" + pitch, "s" + speed);
  }

  /** The synthesizer's own name of the voice, such as {@code en-gb+m3}. */
  public String synthesizerName() {
    return base + "+" + variant;
  }
}
