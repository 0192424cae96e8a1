package io.espalier.spark.export.format;

import java.util.Locale;

/** The formats, each with the extension of its files. */
public enum FormatName {
  /** SubRip. */
  SRT,
  /** WebVTT. */
  VTT,
  /** Plain text; in one file, Kaldi's {@code text}. */
  TXT,
  /** Whisper's table of segments. */
  TSV,
  /** Whisper's JSON. */
  JSON,
  /** NIST's words with times. */
  CTM,
  /** NIST's segments with times. */
  STM;

  /**
   * How a file comes out.
   *
   * @param together whether all recordings go into one file
   * @param speakers whether speakers of a recording are told apart
   * @param measured whether the words have times of their own
   */
  public record Layout(boolean together, boolean speakers, boolean measured, CueStyle style) {}

  /** The extension, without a dot. */
  public String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a file is of one recording only. */
  public boolean isSubtitle() {
    return this == SRT || this == VTT;
  }

  /** The writer of this format. */
  public TranscriptFormat writer(Layout layout) {
    return switch (this) {
      case SRT -> new Subrip(layout.style(), layout.speakers());
      case VTT -> new WebVtt(layout.style(), layout.speakers());
      case TXT -> layout.together() ? new KaldiText() : new PlainText(layout.speakers());
      case TSV -> new SegmentTable(layout.together(), layout.speakers());
      case JSON -> new SegmentJson(layout.together());
      case CTM -> new WordTimes(layout.measured());
      case STM -> new SegmentTimes();
    };
  }
}
