package io.espalier.spark.export.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What FFmpeg reads in our subtitles is what we meant. */
class SubtitleParserTest {
  private static final CueStyle STYLE = new CueStyle(2, 42, 21, 1, 7, 0.08);
  private static final int RECORDINGS = 50;

  @TempDir Path directory;

  @Test
  void webVttIsReadBack() throws IOException {
    RandomRecordings recordings = new RandomRecordings(4);
    for (int i = 0; i < RECORDINGS; i++) {
      Recording recording = recordings.next();
      List<ParsedSubtitles.Parsed> parsed = parsed(recording, FormatName.VTT, "webvtt");
      List<Cue> cues = new Cues(STYLE, false).of(recording);
      assertThat(parsed).hasSameSizeAs(cues);
      for (int j = 0; j < cues.size(); j++) {
        Cue cue = cues.get(j);
        assertThat(parsed.get(j))
            .isEqualTo(new ParsedSubtitles.Parsed(cue.startMs(), cue.endMs(), lines(cue)));
      }
    }
  }

  @Test
  void subripIsReadBack() throws IOException {
    RandomRecordings recordings = new RandomRecordings(5);
    for (int i = 0; i < RECORDINGS; i++) {
      Recording recording = recordings.next();
      List<ParsedSubtitles.Parsed> parsed = parsed(recording, FormatName.SRT, "srt");
      List<Cue> cues = new Cues(STYLE, false).of(recording);
      assertThat(parsed).hasSameSizeAs(cues);
      for (int j = 0; j < cues.size(); j++) {
        Cue cue = cues.get(j);
        assertThat(parsed.get(j).startMs()).isEqualTo(cue.startMs());
        assertThat(parsed.get(j).endMs()).isEqualTo(cue.endMs());
        // SubRip has no escapes: what looks like markup is markup.
        if (!cue.text().contains("<b>")) {
          assertThat(parsed.get(j).text()).isEqualTo(lines(cue));
        }
      }
    }
  }

  private List<ParsedSubtitles.Parsed> parsed(Recording recording, FormatName name, String demuxer)
      throws IOException {
    TranscriptFormat format = name.writer(new FormatName.Layout(false, false, false, STYLE));
    Path file = directory.resolve("cues." + name.extension());
    Files.writeString(file, format.head() + format.body(recording) + format.tail());
    return ParsedSubtitles.of(file, demuxer);
  }

  private static String lines(Cue cue) {
    return new LineBreaker(STYLE).lines(cue.text()).stream().collect(Collectors.joining("\\N"));
  }
}
