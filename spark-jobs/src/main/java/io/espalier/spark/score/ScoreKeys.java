package io.espalier.spark.score;

import io.espalier.conf.ConfKey;
import io.espalier.spark.transcribe.TranscribeKeys;
import java.util.List;
import java.util.Optional;

/** Every configuration key of {@code espalier score} and {@code espalier report}. */
public final class ScoreKeys {
  /** Names the table of figures per utterance. */
  public static final ConfKey<String> SCORES =
      ConfKey.text("scores", "scores", "Figures per utterance: a table or a Parquet path.");

  /** Names the table of figures per group. */
  public static final ConfKey<String> SCORE_GROUPS =
      ConfKey.text("score-groups", "score_groups", "Figures per group: a table or a Parquet path.");

  /** Names the table of comparisons. */
  public static final ConfKey<String> SCORE_COMPARISONS =
      ConfKey.text(
          "score-comparisons",
          "score_comparisons",
          "Comparisons of two runs: a table or a Parquet path.");

  /** Names the table of variants. */
  public static final ConfKey<Optional<String>> COMPARISON =
      ConfKey.optionalText(
          "comparison",
          "Table that compare wrote, to show at the start of the report. Default: none.");

  /** References from elsewhere. */
  public static final ConfKey<Optional<String>> REFERENCES =
      ConfKey.optionalText(
          "references",
          "Table, or Parquet, JSON lines, CSV or TSV file, with utt_id and reference; replaces the"
              + " transcripts' own column reference.");

  /** Which runs. */
  public static final ConfKey<String> RUNS =
      ConfKey.text(
          "runs", "", "Runs to score, separated by commas. Default: all runs of the table.");

  /** Columns of the groups. */
  public static final ConfKey<String> BY =
      ConfKey.text(
          "by",
          "task,language",
          "Columns to group by, separated by commas, in addition to the run. Totals over the last"
              + " column, the last two, ... are added.");

  /** Normaliser of texts. */
  public static final ConfKey<TextNormalizer> NORMALIZE =
      ConfKey.choice(
          "normalize",
          TextNormalizer.NONE,
          "Whisper's normaliser, applied to both sides before words and characters are compared:"
              + " none, basic or english. BLEU and chrF use the texts unchanged.");

  /** Rows without a hypothesis. */
  public static final ConfKey<FailedRows> FAILED_ROWS =
      ConfKey.choice(
          "failed-rows",
          FailedRows.EMPTY,
          "A failed row counts as an empty hypothesis (empty) or not at all (exclude).");

  /** Which metrics a row gets. */
  public static final ConfKey<MetricChoice> METRICS =
      ConfKey.choice(
          "metrics",
          MetricChoice.AUTO,
          "auto computes BLEU and chrF for tasks st_*, WER and CER for others; all computes all"
              + " metrics for all tasks.");

  /** Tokeniser of BLEU. */
  public static final ConfKey<String> BLEU_TOKENIZER =
      ConfKey.text("bleu-tokenizer", "13a", "BLEU's tokeniser: 13a, intl, char, zh or none.");

  /** Case in BLEU and chrF. */
  public static final ConfKey<Boolean> BLEU_LOWERCASE =
      ConfKey.flag("bleu-lowercase", false, "Ignores case in BLEU and chrF.");

  /** Number of resamples. */
  public static final ConfKey<Integer> RESAMPLES =
      ConfKey.integer(
          "resamples",
          1000,
          0,
          100_000,
          "Number of bootstrap resamples for each interval; 0 means no intervals.");

  /** Seed of the resamples. */
  public static final ConfKey<Integer> RESAMPLE_SEED =
      ConfKey.integer(
          "resample-seed",
          12345,
          Integer.MIN_VALUE,
          Integer.MAX_VALUE,
          "Seed of the bootstrap. The same seed gives the same interval on any cluster.");

  /** All options of {@code score}, in the order of the help page. */
  public static final List<ConfKey<?>> KEYS =
      List.of(
          TranscribeKeys.TABLE,
          RUNS,
          REFERENCES,
          BY,
          NORMALIZE,
          FAILED_ROWS,
          METRICS,
          BLEU_TOKENIZER,
          BLEU_LOWERCASE,
          RESAMPLES,
          RESAMPLE_SEED,
          SCORES,
          SCORE_GROUPS,
          SCORE_COMPARISONS);

  /** All options of {@code report}. */
  public static final List<ConfKey<?>> REPORT_KEYS =
      List.of(TranscribeKeys.TABLE, SCORES, SCORE_GROUPS, COMPARISON);

  private ScoreKeys() {}

  /** Normalisers of a text before words and characters are compared. */
  public enum TextNormalizer {
    /** Nothing but JiWER's own white-space rules. */
    NONE,
    /** Whisper's for any language. */
    BASIC,
    /** Whisper's for English. */
    ENGLISH
  }

  /** Treatment of a row without a hypothesis. */
  public enum FailedRows {
    /** An empty hypothesis: all deletions. A system may not win by refusing hard rows. */
    EMPTY,
    /** Nothing; the row is only counted. */
    EXCLUDE
  }

  /** Which metrics a row gets. */
  public enum MetricChoice {
    /** Those of its task. */
    AUTO,
    /** All of them. */
    ALL
  }
}
