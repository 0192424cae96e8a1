package io.espalier.spark.compare;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.util.Locale;

/**
 * Finds the share of frames to take away so that decoding costs as much as something else: by
 * decoding with a share, then with the share that a straight line through what is known gives.
 */
final class FrameShare {
  /** The option of {@code transcribe}. */
  static final String OPTION = "frames";

  /** Costs that differ by less are equal. */
  private static final double TOLERANCE = 0.003;

  private static final double MOST = 0.95;
  private static final double FIRST = 0.5;
  private static final int TRIALS = 6;

  private final Cost cost;

  /** Decodes. */
  @FunctionalInterface
  interface Cost {
    /** Mean GFLOPs of an utterance with that value of the option. */
    double of(String option) throws IOException;
  }

  FrameShare(Cost cost) {
    this.cost = cost;
  }

  /**
   * The value of the option.
   *
   * @param variant that it is for, in messages
   * @param how {@code drop} or {@code merge}
   * @param layer encoder block behind which frames go, from 1
   * @param dense mean GFLOPs of an utterance with all frames
   * @param wanted mean GFLOPs to come to
   * @throws UsageException if no share is as cheap
   */
  String find(String variant, String how, int layer, double dense, double wanted)
      throws IOException {
    double low = 0;
    double lowCost = dense;
    double high = Double.NaN;
    double highCost = Double.NaN;
    double share = FIRST;
    for (int trial = 0; trial < TRIALS; trial++) {
      String option = option(how, share, layer);
      double found = cost.of(option);
      if (Math.abs(found - wanted) <= TOLERANCE * wanted) {
        return option;
      }
      if (found > wanted) {
        if (share == MOST) {
          throw new UsageException(
              String.format(
                  Locale.ROOT,
                  "Cannot make variant %s as cheap as %.3f GFLOPs: it costs %.3f with frames %s."
                      + " Reduce frames behind an earlier layer",
                  variant,
                  wanted,
                  found,
                  option));
        }
        low = share;
        lowCost = found;
      } else {
        high = share;
        highCost = found;
      }
      share =
          Double.isNaN(high)
              ? Math.min(MOST, share * (dense - wanted) / (dense - found))
              : low + (high - low) * (lowCost - wanted) / (lowCost - highCost);
    }
    return option(how, share, layer);
  }

  private static String option(String how, double share, int layer) {
    return String.format(Locale.ROOT, "%s:%.3f@%d", how, share, layer);
  }
}
