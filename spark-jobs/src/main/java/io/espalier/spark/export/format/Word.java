package io.espalier.spark.export.format;

import java.util.OptionalDouble;

/**
 * A word with its time.
 *
 * @param startS seconds from the start of the recording
 * @param endS seconds from the start of the recording
 * @param confidence 0 to 1, if known
 */
public record Word(String text, double startS, double endS, OptionalDouble confidence) {
  public Word {
    text = Texts.clean(text);
  }
}
