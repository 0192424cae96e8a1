package io.espalier.spark.score;

import io.espalier.udfs.metrics.Bleu;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.BleuStatistics;
import io.espalier.udfs.metrics.Chrf;
import io.espalier.udfs.metrics.ChrfOptions;
import io.espalier.udfs.metrics.Edits;
import java.util.Arrays;
import java.util.Locale;

/** A metric computed from summed statistics. */
enum CorpusMetric {
  /** Word error rate, errors per word of the reference. */
  WER(StatisticsKind.RECOGNITION, 0),
  /** Character error rate, errors per character of the reference. */
  CER(StatisticsKind.RECOGNITION, 4),
  /** BLEU, 0 to 100. */
  BLEU(StatisticsKind.TRANSLATION, 0),
  /** chrF, 0 to 100. */
  CHRF(StatisticsKind.TRANSLATION, BleuStatistics.WIDTH);

  private final StatisticsKind kind;
  private final int start;

  CorpusMetric(StatisticsKind kind, int start) {
    this.kind = kind;
    this.start = start;
  }

  /** The kind of statistics that the metric needs. */
  StatisticsKind kind() {
    return kind;
  }

  /** Its column. */
  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The figure.
   *
   * @param statistics summed vectors of {@link #kind}
   */
  double score(long[] statistics, BleuOptions bleu, ChrfOptions chrf) {
    return switch (this) {
      case WER, CER ->
          new Edits(
                  statistics[start],
                  statistics[start + 1],
                  statistics[start + 2],
                  statistics[start + 3])
              .rate();
      case BLEU -> Bleu.score(BleuStatistics.of(statistics), bleu);
      case CHRF -> Chrf.score(Arrays.copyOfRange(statistics, start, start + chrf.width()), chrf);
    };
  }
}
