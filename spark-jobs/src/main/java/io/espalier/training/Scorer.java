package io.espalier.training;

import java.util.List;

/** Measures hypotheses; the metrics live beside the model, not in it. */
public interface Scorer {
  /** A hypothesis and what it should have been. */
  record Pair(String reference, String hypothesis) {}

  /** Word error rate over all pairs, 0 for perfect. */
  double wer(List<Pair> pairs);

  /** Corpus BLEU, 0 to 100. */
  double bleu(List<Pair> pairs);
}
