package io.espalier.spark.export.format;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * SubRip, with line feeds. The name of a speaker stands before a text that the speaker of the cue
 * before did not say.
 */
record Subrip(CueStyle style, boolean named) implements TranscriptFormat {
  @Override
  public String body(Recording recording) {
    List<Cue> cues = new Cues(style, named).of(recording);
    LineBreaker lines = new LineBreaker(style);
    StringBuilder out = new StringBuilder();
    Optional<String> speaker = Optional.empty();
    for (int i = 0; i < cues.size(); i++) {
      Cue cue = cues.get(i);
      boolean isNew = named && cue.speaker().isPresent() && !cue.speaker().equals(speaker);
      String text = isNew ? cue.speaker().get() + ": " + cue.text() : cue.text();
      out.append(i + 1).append('\n').append(time(cue.startMs())).append(" --> ");
      out.append(time(cue.endMs())).append('\n');
      out.append(String.join("\n", lines.lines(text))).append("\n\n");
      speaker = cue.speaker();
    }
    return out.toString();
  }

  private static String time(long ms) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d,%03d",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000);
  }
}
