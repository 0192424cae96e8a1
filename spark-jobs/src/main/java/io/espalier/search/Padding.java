package io.espalier.search;

import io.espalier.owsm.BucketLengths;

/** How much silence the encoder sees behind a short utterance. */
public enum Padding {
  /** Zeros up to the model's {@code speech_length}: what ESPnet does. */
  FULL {
    @Override
    public int samples(BucketLengths lengths, int own) {
      return lengths.longest();
    }
  },
  /**
   * Zeros up to the next of a few lengths: some silence behind the speech, and little to compute.
   */
  BUCKET {
    @Override
    public int samples(BucketLengths lengths, int own) {
      return lengths.padded(own);
    }
  },
  /** None: the real length, masked in batches. Cheaper, and not what the model was trained on. */
  NONE {
    @Override
    public int samples(BucketLengths lengths, int own) {
      return own;
    }
  };

  /**
   * Samples that the encoder sees of a window, silence included.
   *
   * @param own samples of the window, at most as many as the longest length has
   */
  public abstract int samples(BucketLengths lengths, int own);
}
