package io.espalier.spark.export;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.spark.export.format.CueStyle;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.List;

/** Every configuration key of {@code espalier export}. */
public final class ExportKeys {
  private static final int MOST_LINES = 10;
  private static final int MOST_COLUMNS = 1000;
  private static final double MOST_PER_S = 1000;
  private static final double MOST_S = 3600;

  /** Lines of a subtitle. */
  public static final ConfKey<Integer> LINES =
      ConfKey.integer("lines", 2, 1, MOST_LINES, "Most lines of a subtitle.");

  /** Length of a line. */
  public static final ConfKey<Integer> LINE_LENGTH =
      ConfKey.integer(
          "line-length",
          42,
          8,
          MOST_COLUMNS,
          "Most characters of a line of subtitles. A character of East Asia counts as two.");

  /** Speed of reading. */
  public static final ConfKey<Double> READING_SPEED =
      ConfKey.decimal(
          "reading-speed",
          21,
          1,
          MOST_PER_S,
          "Characters per second that a viewer can read. A subtitle stays as long as that takes, if"
              + " nothing follows it.");

  /** Shortest subtitle. */
  public static final ConfKey<Double> MIN_CUE_S =
      ConfKey.decimal(
          "min-cue-s",
          1,
          0,
          MOST_S,
          "Shortest subtitle, in seconds. A subtitle is shorter only if another one follows it or"
              + " the recording ends.");

  /** Longest subtitle. */
  public static final ConfKey<Double> MAX_CUE_S =
      ConfKey.decimal("max-cue-s", 7, 0.1, MOST_S, "Longest subtitle, in seconds.");

  /** Time between subtitles. */
  public static final ConfKey<Double> CUE_GAP_S =
      ConfKey.decimal(
          "cue-gap-s", 0.08, 0, MOST_S, "Time between a subtitle and the next one, in seconds.");

  /** All of them, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      List.of(
          TranscribeKeys.TABLE, LINE_LENGTH, LINES, READING_SPEED, MIN_CUE_S, MAX_CUE_S, CUE_GAP_S);

  private ExportKeys() {}

  static CueStyle style(EspalierConf conf) {
    return new CueStyle(
        conf.get(LINES),
        conf.get(LINE_LENGTH),
        conf.get(READING_SPEED),
        conf.get(MIN_CUE_S),
        conf.get(MAX_CUE_S),
        conf.get(CUE_GAP_S));
  }
}
