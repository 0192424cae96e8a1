package io.espalier.training.data;

import java.io.IOException;

/**
 * Global mean and standard deviation of log-mel features, per filter.
 *
 * @param mean subtracted first
 * @param std divided by, positive
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Normalization(float[] mean, float[] std) {
  /** Statistics of all frames of a store. */
  public static Normalization of(FeatureStore store) throws IOException {
    int mels = store.mels();
    double[] sum = new double[mels];
    double[] squares = new double[mels];
    long frames = 0;
    for (int i = 0; i < store.examples().size(); i++) {
      float[] features = store.read(i);
      for (int j = 0; j < features.length; j++) {
        sum[j % mels] += features[j];
        squares[j % mels] += (double) features[j] * features[j];
      }
      frames += features.length / mels;
    }
    float[] mean = new float[mels];
    float[] std = new float[mels];
    for (int m = 0; m < mels; m++) {
      double center = sum[m] / frames;
      mean[m] = (float) center;
      std[m] = (float) Math.sqrt(Math.max(squares[m] / frames - center * center, 1e-20));
    }
    return new Normalization(mean, std);
  }

  /** Normalises (frames, mels) in place. */
  public void apply(float[] features) {
    for (int i = 0; i < features.length; i++) {
      int mel = i % mean.length;
      features[i] = (features[i] - mean[mel]) / std[mel];
    }
  }
}
