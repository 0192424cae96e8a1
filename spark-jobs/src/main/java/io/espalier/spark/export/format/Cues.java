package io.espalier.spark.export.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the subtitles of a recording. */
final class Cues {
  private static final double MS = 1000;

  private final CueStyle style;
  private final CueSplitter splitter;
  private final LineBreaker lines;
  private final boolean named;

  /**
   * A maker of subtitles.
   *
   * @param named whether a speaker's name takes room in the first line
   */
  Cues(CueStyle style, boolean named) {
    this.style = style;
    this.named = named;
    splitter = new CueSplitter(style);
    lines = new LineBreaker(style);
  }

  /** The cues in order of time; none overlaps another. */
  List<Cue> of(Recording recording) {
    List<Cue> raw = new ArrayList<>();
    Map<Integer, Long> last = new HashMap<>();
    for (Segment segment : recording.segments()) {
      for (Cue cue : splitter.split(segment, indent(segment))) {
        // The text of a part stays in order, whatever its times say.
        long start = Math.max(cue.startMs(), last.getOrDefault(cue.part(), 0L));
        last.put(cue.part(), start);
        raw.add(cue.at(start, Math.max(start, cue.endMs())));
      }
    }
    raw.sort(Comparator.comparingLong(Cue::startMs));
    long durationMs = Math.round(recording.durationS() * MS);
    return new CueTimes(style).fit(withoutShort(raw, durationMs), durationMs);
  }

  private int indent(Segment segment) {
    return named ? segment.speaker().map(name -> Scripts.width(name + ": ")).orElse(0) : 0;
  }

  /** Joins cues for which there is too little time to those before them, where they fit. */
  private List<Cue> withoutShort(List<Cue> cues, long durationMs) {
    List<Cue> joined = new ArrayList<>();
    for (int i = 0; i < cues.size(); i++) {
      Cue cue = cues.get(i);
      long next = i + 1 < cues.size() ? cues.get(i + 1).startMs() : durationMs;
      boolean isShort = next - cue.startMs() < style.minMs();
      Cue before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (before != null && (isShort || isShort(before, cue)) && canJoin(before, cue)) {
        joined.set(joined.size() - 1, before.with(cue));
      } else {
        joined.add(cue);
      }
    }
    return joined;
  }

  private boolean isShort(Cue cue, Cue next) {
    return next.startMs() - cue.startMs() < style.minMs();
  }

  private boolean canJoin(Cue cue, Cue next) {
    boolean near = next.startMs() - cue.endMs() < style.minMs();
    String name = named ? cue.speaker().map(speaker -> speaker + ": ").orElse("") : "";
    return near
        && cue.part() == next.part()
        && cue.speaker().equals(next.speaker())
        && Math.max(cue.endMs(), next.endMs()) - cue.startMs() <= style.maxMs()
        && lines.fits(name + Texts.join(cue.text(), next.text()));
  }
}
