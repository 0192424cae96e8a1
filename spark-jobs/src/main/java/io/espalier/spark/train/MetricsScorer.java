package io.espalier.spark.train;

import io.espalier.training.Scorer;
import io.espalier.udfs.metrics.Bleu;
import io.espalier.udfs.metrics.BleuOptions;
import io.espalier.udfs.metrics.BleuStatistics;
import io.espalier.udfs.metrics.Edits;
import io.espalier.udfs.metrics.ErrorRate;
import java.util.List;

/** Computes the metrics of the SQL functions for validation in training. */
final class MetricsScorer implements Scorer {
  @Override
  public double wer(List<Pair> pairs) {
    Edits sum = new Edits(0, 0, 0, 0);
    for (Pair pair : pairs) {
      Edits edits = ErrorRate.words(pair.reference(), pair.hypothesis());
      sum =
          new Edits(
              sum.hits() + edits.hits(),
              sum.substitutions() + edits.substitutions(),
              sum.deletions() + edits.deletions(),
              sum.insertions() + edits.insertions());
    }
    return sum.rate();
  }

  @Override
  public double bleu(List<Pair> pairs) {
    long[] sum = new long[BleuStatistics.WIDTH];
    for (Pair pair : pairs) {
      long[] own =
          Bleu.statistics(List.of(pair.reference()), pair.hypothesis(), BleuOptions.CORPUS)
              .toArray();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += own[i];
      }
    }
    return Bleu.score(BleuStatistics.of(sum), BleuOptions.CORPUS);
  }
}
