package io.espalier.training.data;

import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.OwsmConfig;
import java.util.random.RandomGenerator;

/**
 * How many feature frames a batch is padded to with silence. Speech is followed by silence in
 * decoding, so it is in training; how much of it there is varies, since most of what a full window
 * computes is silence.
 */
public final class BatchFrames {
  private final BucketLengths buckets;
  private final int hop;
  private final int reach;
  private final double fullWindowShare;
  private final Rest rest;

  /** What batches are padded to that do not show the whole window. */
  public enum Rest {
    /** Somewhat beyond the longest utterance, at random. */
    VARIED,
    /** The length to which the longest utterance is padded by {@code --pad bucket}. */
    BUCKET
  }

  /**
   * @param fullWindowShare share of the training batches that show the whole window
   */
  public BatchFrames(OwsmConfig config, double fullWindowShare, Rest rest) {
    this.buckets = BucketLengths.of(config);
    this.hop = config.frontend().hopLength();
    this.reach = config.frontend().winLength() / 2;
    this.fullWindowShare = fullWindowShare;
    this.rest = rest;
  }

  /** Frames of a whole window. */
  public int window() {
    return frames(buckets.longest());
  }

  /**
   * Frames of a batch to learn from.
   *
   * @param longest frames up to the end of the speech of its longest utterance
   */
  public int draw(int longest, RandomGenerator random) {
    boolean full = random.nextDouble() < fullWindowShare;
    if (rest == Rest.BUCKET) {
      return Math.max(longest, full ? window() : bucket(longest));
    }
    double share = full ? 1 : random.nextDouble() * fullWindowShare;
    return longest + (int) (share * Math.max(0, window() - longest));
  }

  /** Of the longest speech that has so many frames. */
  private int bucket(int longest) {
    return frames(buckets.padded(longest * hop - reach));
  }

  private int frames(int samples) {
    return samples / hop + 1;
  }
}
