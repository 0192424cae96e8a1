package io.espalier.training.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * SpecAugment (Park et al., 2019) on normalised features: time warp, masks over filters and over
 * frames. Masked values become 0, the mean.
 *
 * @param timeWarp frames by which a point in time moves at most, 0 for none
 * @param filterMasks number of masks over filters
 * @param filterMaskWidth most filters under one mask
 * @param timeMasks number of masks over frames
 * @param timeMaskRatio longest mask over frames as a share of the utterance
 */
public record SpecAugment(
    int timeWarp, int filterMasks, int filterMaskWidth, int timeMasks, double timeMaskRatio) {

  /** Changes nothing. */
  public static final SpecAugment NONE = new SpecAugment(0, 0, 0, 0, 0);

  /**
   * Augments one utterance.
   *
   * @param features (frames, mels), row-major; left alone
   * @return features of the same size
   */
  public float[] apply(float[] features, int mels, SplittableRandom random) {
    float[] result = warp(features, mels, random);
    int frames = features.length / mels;
    for (int i = 0; i < filterMasks; i++) {
      int width = random.nextInt(Math.min(filterMaskWidth, mels) + 1);
      int start = random.nextInt(mels - width + 1);
      for (int t = 0; t < frames; t++) {
        Arrays.fill(result, t * mels + start, t * mels + start + width, 0);
      }
    }
    for (int i = 0; i < timeMasks; i++) {
      int width = random.nextInt((int) (frames * timeMaskRatio) + 1);
      int start = random.nextInt(frames - width + 1);
      Arrays.fill(result, start * mels, (start + width) * mels, 0);
    }
    return result;
  }

  /** Moves a random frame and stretches both sides linearly to meet it. */
  private float[] warp(float[] features, int mels, SplittableRandom random) {
    int frames = features.length / mels;
    if (timeWarp == 0 || frames <= 2 * timeWarp + 2) {
      return features.clone();
    }
    int center = timeWarp + 1 + random.nextInt(frames - 2 * timeWarp - 2);
    int moved = center + random.nextInt(2 * timeWarp + 1) - timeWarp;
    float[] result = new float[features.length];
    for (int t = 0; t < frames; t++) {
      double from =
          t < moved
              ? t * (double) center / moved
              : center + (t - moved) * (double) (frames - 1 - center) / (frames - 1 - moved);
      int left = Math.min((int) from, frames - 2);
      float part = (float) (from - left);
      for (int m = 0; m < mels; m++) {
        float a = features[left * mels + m];
        float b = features[(left + 1) * mels + m];
        result[t * mels + m] = a + part * (b - a);
      }
    }
    return result;
  }
}
