package io.espalier.spark.score;

import io.espalier.conf.ConfKey;
import io.espalier.conf.EspalierConf;
import io.espalier.conf.UsageException;
import io.espalier.spark.score.ScoreKeys.FailedRows;
import io.espalier.spark.score.ScoreKeys.MetricChoice;
import io.espalier.spark.score.ScoreKeys.TextNormalizer;
import io.espalier.spark.transcribe.TranscribeKeys;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.BleuTokenizer;
import io.espalier.udfs.metrics.ChrfOptions;
import io.espalier.udfs.metrics.MetricsVersion;
import io.espalier.udfs.metrics.Smoothing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The options of one {@code score} job.
 *
 * @param transcripts a path or a table
 * @param runs runs to score; empty means all of the table
 * @param references a path or a table with a reference per id, which replaces the transcripts' own
 * @param by columns to group by, in addition to the run
 * @param resamples bootstrap resamples; 0 means no intervals
 */
public record ScoreOptions(
    String transcripts,
    List<String> runs,
    Optional<String> references,
    List<String> by,
    TextNormalizer normalizer,
    FailedRows failedRows,
    MetricChoice metrics,
    BleuOptions bleu,
    ChrfOptions chrf,
    int resamples,
    int seed,
    Outputs outputs) {

  /** Tables that are written. */
  public record Outputs(String scores, String groups, String comparisons) {}

  /**
   * Takes the options out of a configuration.
   *
   * @throws UsageException if a value is not one of the choices
   */
  public static ScoreOptions of(EspalierConf conf) {
    boolean lowercase = conf.get(ScoreKeys.BLEU_LOWERCASE);
    ChrfOptions chrf = ChrfOptions.CHRF;
    return new ScoreOptions(
        conf.get(TranscribeKeys.TABLE),
        conf.names(ScoreKeys.RUNS),
        conf.get(ScoreKeys.REFERENCES),
        conf.names(ScoreKeys.BY).stream().filter(name -> !name.equals("run_id")).toList(),
        conf.get(ScoreKeys.NORMALIZE),
        conf.get(ScoreKeys.FAILED_ROWS),
        conf.get(ScoreKeys.METRICS),
        new BleuOptions(tokenizer(conf), Smoothing.EXP, Double.NaN, lowercase, false),
        new ChrfOptions(
            chrf.characterOrder(), chrf.wordOrder(), chrf.beta(), lowercase, false, false),
        conf.get(ScoreKeys.RESAMPLES),
        conf.get(ScoreKeys.RESAMPLE_SEED),
        new Outputs(
            conf.get(ScoreKeys.SCORES),
            conf.get(ScoreKeys.SCORE_GROUPS),
            conf.get(ScoreKeys.SCORE_COMPARISONS)));
  }

  /** The same options for only these runs. */
  public ScoreOptions withRuns(List<String> others) {
    return new ScoreOptions(
        transcripts,
        others,
        references,
        by,
        normalizer,
        failedRows,
        metrics,
        bleu,
        chrf,
        resamples,
        seed,
        outputs);
  }

  /** The signature with which a WER or CER can be repeated. */
  String werSignature() {
    return "norm:%s|failed:%s|version:%s"
        .formatted(spelling(normalizer), spelling(failedRows), MetricsVersion.TAG);
  }

  /** The signature with which a BLEU can be repeated. */
  String bleuSignature() {
    return bleu.signature(1);
  }

  /** The signature with which a chrF can be repeated. */
  String chrfSignature() {
    return chrf.signature(1);
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static BleuTokenizer tokenizer(EspalierConf conf) {
    ConfKey<String> key = ScoreKeys.BLEU_TOKENIZER;
    try {
      return BleuTokenizer.named(conf.get(key));
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
