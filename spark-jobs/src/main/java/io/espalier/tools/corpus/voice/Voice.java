package io.espalier.tools.corpus.voice;

import java.util.Locale;

/**
 * A speaker of the synthetic corpus.
 *
 * @param maker the program that speaks
 * @param language ISO 639-3 code of what it speaks
 * @param base espeak-ng's language voice, such as {@code en-gb}; empty for other makers
 * @param name espeak-ng's voice variant, such as {@code m3}, or another maker's voice
 * @param pitch 0 to 99
 * @param speed words per minute
 * @param gap pause between words in units of 10 ms
 * @param size resonances and pitch relative to the maker's own voice: above 1 as of a smaller
 *     speaker
 */
public record Voice(
    Maker maker,
    String language,
    String base,
    String name,
    int pitch,
    int speed,
    int gap,
    double size) {
  /** A voice of espeak-ng. */
  public static Voice espeak(
      String language, String base, String variant, int pitch, int speed, int gap) {
    return new Voice(Maker.ESPEAK, language, base, variant, pitch, speed, gap, 1);
  }

  /** Speaker id in manifests, such as {@code eng-m3-p40-s150} or {@code ita-lpx108-p50-s160}. */
  public String id() {
    String timbre = maker == Maker.ESPEAK ? name : name + "x" + Math.round(100 * size);
    return String.join("-", language, timbre.toLowerCase(Locale.ROOT), "p" + pitch, "s" + speed);
  }

  /** The maker's own name of the voice, such as {@code en-gb+m3} or {@code festival:kal}. */
  public String fullName() {
    return maker == Maker.ESPEAK ? base + "+" + name : maker.label() + ":" + name;
  }
}
