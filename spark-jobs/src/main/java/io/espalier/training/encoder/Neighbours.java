package io.espalier.training.encoder;

import java.util.List;

/** Nearest neighbours by cosine: what vectors of unseen labels are worth. */
final class Neighbours {
  private Neighbours() {}

  /** How often the most similar other vector has the same label, from 0 to 1. */
  static double share(float[][] vectors, List<String> labels) {
    int right = 0;
    for (int i = 0; i < vectors.length; i++) {
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < vectors.length; j++) {
        double cosine = j == i ? Double.NEGATIVE_INFINITY : cosine(vectors[i], vectors[j]);
        if (cosine > most) {
          most = cosine;
          best = j;
        }
      }
      right += best >= 0 && labels.get(i).equals(labels.get(best)) ? 1 : 0;
    }
    return (double) right / vectors.length;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      left += a[i] * a[i];
      right += b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }
}
