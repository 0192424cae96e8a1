package io.espalier.spark.export.format;

import java.util.Locale;
import java.util.stream.Collectors;

/** WebVTT, with line feeds. Every cue of a known speaker is in a voice span. */
record WebVtt(CueStyle style, boolean named) implements TranscriptFormat {
  @Override
  public String head() {
    return "WEBVTT\n\n";
  }

  @Override
  public String body(Recording recording) {
    LineBreaker lines = new LineBreaker(style);
    StringBuilder out = new StringBuilder();
    for (Cue cue : new Cues(style, false).of(recording)) {
      String text =
          lines.lines(cue.text()).stream().map(WebVtt::escaped).collect(Collectors.joining("\n"));
      out.append(time(cue.startMs())).append(" --> ").append(time(cue.endMs())).append('\n');
      if (named && cue.speaker().isPresent()) {
        out.append("<v ").append(escaped(cue.speaker().get())).append('>');
      }
      out.append(text).append("\n\n");
    }
    return out.toString();
  }

  private static String time(long ms) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        ms / 3_600_000,
        ms / 60_000 % 60,
        ms / 1000 % 60,
        ms % 1000);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
