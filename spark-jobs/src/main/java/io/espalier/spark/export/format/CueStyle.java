package io.espalier.spark.export.format;

import io.espalier.conf.UsageException;
import java.io.Serializable;
import java.util.Locale;

/**
 * How subtitles look.
 *
 * @param lines most lines of a cue
 * @param lineLength most columns of a line; a character of East Asia has two
 * @param columnsPerS reading speed, columns per second
 * @param minS shortest cue, seconds
 * @param maxS longest cue, seconds
 * @param gapS time between cues that follow each other, seconds
 */
public record CueStyle(
    int lines, int lineLength, double columnsPerS, double minS, double maxS, double gapS)
    implements Serializable {
  private static final double MS = 1000;

  public CueStyle {
    if (minS > maxS) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot make cues of at least %s s and at most %s s: lower --min-cue-s or raise"
                  + " --max-cue-s",
              minS,
              maxS));
    }
  }

  long minMs() {
    return Math.round(minS * MS);
  }

  long maxMs() {
    return Math.round(maxS * MS);
  }

  long gapMs() {
    return Math.round(gapS * MS);
  }

  /** How long a text should stay, if there is time. */
  long readingMs(int columns) {
    long reading = Math.round(columns * MS / columnsPerS);
    return Math.min(Math.max(reading, minMs()), maxMs());
  }
}
