package io.espalier.context;

import java.util.List;

/**
 * The conditions that an event encoder was trained to tell apart.
 *
 * @param names of the conditions
 * @param centres one vector of the encoder's space for each
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record EventClasses(List<String> names, float[][] centres) {
  public EventClasses {
    names = List.copyOf(names);
  }

  /** The condition whose centre has the smallest angle to an embedding. */
  public String nearest(float[] embedding) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < centres.length; i++) {
      double product = 0;
      double square = 0;
      for (int k = 0; k < embedding.length; k++) {
        product += (double) embedding[k] * centres[i][k];
        square += (double) centres[i][k] * centres[i][k];
      }
      // The embedding's own length is the same for all.
      double cosine = product / Math.sqrt(square);
      if (cosine > most) {
        most = cosine;
        best = i;
      }
    }
    return names.get(best);
  }
}
