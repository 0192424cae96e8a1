package io.espalier.spark.score;

/**
 * Draws n of n utterances with replacement and adds up their statistics, block by block. A draw
 * depends only on the seed, the number of the resample, n and its position in the sequence of
 * draws. So every task draws the same n positions and adds up those in its block; the sums over all
 * blocks are those of one exact bootstrap resample, wherever the blocks are.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood, 2014); its upper 32 bits become a position
 * by multiplication with rejection (Lemire, 2019), without bias.
 */
final class BootstrapDraws {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final long LOW = 0xffffffffL;

  private final long seed;
  private final int utterances;

  /**
   * @param utterances in all blocks together
   */
  BootstrapDraws(long seed, int utterances) {
    this.seed = seed;
    this.utterances = utterances;
  }

  /**
   * The block's share of one resample.
   *
   * @param resample its number
   * @param start position of the block's first utterance
   * @param block statistics, (utterances of the block, width)
   */
  long[] sums(int resample, int start, long[][] block, int width) {
    return sums(counts(resample, start, block.length), block, width);
  }

  /** How often each utterance of a block is drawn. */
  int[] counts(int resample, int start, int length) {
    int[] counts = new int[length];
    long state = mix(seed + GOLDEN_GAMMA) ^ mix(~((long) resample * GOLDEN_GAMMA));
    long rejected = ((1L << 32) - utterances) % utterances;
    for (int draw = 0; draw < utterances; ) {
      state += GOLDEN_GAMMA;
      long product = (mix(state) >>> 32) * utterances;
      if ((product & LOW) < rejected) {
        continue;
      }
      int position = (int) (product >>> 32) - start;
      if (position >= 0 && position < length) {
        counts[position]++;
      }
      draw++;
    }
    return counts;
  }

  /** The sum of statistics, each as often as it counts. */
  static long[] sums(int[] counts, long[][] block, int width) {
    long[] sums = new long[width];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        for (int j = 0; j < width; j++) {
          sums[j] += counts[i] * block[i][j];
        }
      }
    }
    return sums;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
