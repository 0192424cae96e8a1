package io.espalier.spark.export.format;

import java.util.Optional;

/**
 * A subtitle.
 *
 * @param part the part of the recording that its text comes from
 * @param startMs when it appears, milliseconds from the start of the recording
 * @param endMs when it disappears
 * @param text on one line
 */
record Cue(int part, long startMs, long endMs, String text, Optional<String> speaker) {
  Cue at(long fromMs, long toMs) {
    return new Cue(part, fromMs, toMs, text, speaker);
  }

  /** This cue and the next one together. */
  Cue with(Cue next) {
    return new Cue(
        part, startMs, Math.max(endMs, next.endMs), Texts.join(text, next.text), speaker);
  }
}
