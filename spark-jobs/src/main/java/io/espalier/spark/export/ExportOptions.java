package io.espalier.spark.export;

import io.espalier.conf.EspalierConf;
import io.espalier.spark.export.format.CueStyle;
import io.espalier.spark.export.format.FormatName;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.Optional;

/**
 * The options of one {@code export}.
 *
 * @param transcripts a path or a table
 * @param style of subtitles
 */
public record ExportOptions(Call call, String transcripts, CueStyle style) {
  /** Takes what the call does not say out of a configuration. */
  public static ExportOptions of(Call call, EspalierConf conf) {
    return new ExportOptions(call, conf.get(TranscribeKeys.TABLE), ExportKeys.style(conf));
  }

  /**
   * What a call asks for.
   *
   * @param output a file if all recordings go into one, else a directory; with its scheme
   * @param together whether all recordings go into one file
   * @param merged whether rows are parts of recordings
   * @param run absent for the latest
   * @param manifest of the transcripts, for columns that they lack
   */
  public record Call(
      FormatName format,
      Text text,
      String output,
      boolean together,
      boolean merged,
      Optional<String> run,
      Optional<String> manifest) {}

  /** Which text of a row. */
  public enum Text {
    /** What the model heard. */
    HYPOTHESIS,
    /** What was said, as the manifest has it. */
    REFERENCE
  }
}
