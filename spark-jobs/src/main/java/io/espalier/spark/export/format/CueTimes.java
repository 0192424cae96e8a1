package io.espalier.spark.export.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives cues times at which they can be shown: one after the other, none longer than allowed, and
 * as long as the reader needs where the time allows. A cue that overlaps the next one ends where
 * that begins. Only if a cue would be left with less time than its own, or than the shortest time
 * of cues, the next one begins later.
 */
final class CueTimes {
  private final CueStyle style;

  CueTimes(CueStyle style) {
    this.style = style;
  }

  /**
   * The same cues with other times.
   *
   * @param cues in order of their starts
   * @param durationMs length of the recording
   */
  List<Cue> fit(List<Cue> cues, long durationMs) {
    int count = cues.size();
    // No cue can be shorter than a millisecond.
    long limit = Math.max(durationMs, count);
    long[] starts = starts(cues, limit);
    List<Cue> fitted = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Cue cue = cues.get(i);
      long wanted = Math.max(cue.endMs(), starts[i] + style.readingMs(Scripts.width(cue.text())));
      long end = Math.min(wanted, starts[i] + Math.max(1, style.maxMs()));
      long bound = i + 1 < count ? untilNext(starts[i], starts[i + 1]) : limit;
      fitted.add(cue.at(starts[i], Math.min(end, bound)));
    }
    return fitted;
  }

  private long untilNext(long start, long next) {
    return next - start >= 2 * style.gapMs() ? Math.max(start + 1, next - style.gapMs()) : next;
  }

  private long[] starts(List<Cue> cues, long limit) {
    int count = cues.size();
    long[] least = new long[count];
    long all = 0;
    for (int i = 0; i < count; i++) {
      long own = cues.get(i).endMs() - cues.get(i).startMs();
      least[i] = Math.max(1, own <= 0 ? style.minMs() : Math.min(own, style.minMs()));
      all += least[i];
    }
    if (all > limit) {
      for (int i = 0; i < count; i++) {
        least[i] = 1 + (long) ((double) least[i] * (limit - count) / all);
      }
    }
    long[] starts = new long[count];
    long free = 0;
    for (int i = 0; i < count; i++) {
      starts[i] = Math.max(cues.get(i).startMs(), free);
      free = starts[i] + least[i];
    }
    long bound = limit;
    for (int i = count - 1; i >= 0; i--) {
      starts[i] = Math.min(starts[i], bound - least[i]);
      bound = starts[i];
    }
    return starts;
  }
}
