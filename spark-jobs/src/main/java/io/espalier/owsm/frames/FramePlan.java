package io.espalier.owsm.frames;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Decides for one utterance which frames stay, or which become one. */
final class FramePlan {
  private FramePlan() {}

  /**
   * The frames with the highest scores.
   *
   * @param scores of each frame; of equal ones the earlier stays
   * @return their places, ascending
   */
  static int[] best(float[] scores, int kept) {
    return Arrays.stream(order(scores)).limit(kept).sorted().toArray();
  }

  /**
   * Joins the neighbours that are most alike. More than two may join in a row.
   *
   * @param alike how alike each frame and the next one are: one number less than there are frames;
   *     of equal ones the earlier join
   * @param kept number of frames that are left
   * @return for each frame the place of the one that it becomes a part of
   */
  static int[] joined(float[] alike, int kept) {
    boolean[] join = new boolean[alike.length];
    Arrays.stream(order(alike)).limit(alike.length + 1L - kept).forEach(at -> join[at] = true);
    int[] places = new int[alike.length + 1];
    for (int frame = 1; frame < places.length; frame++) {
      places[frame] = places[frame - 1] + (join[frame - 1] ? 0 : 1);
    }
    return places;
  }

  /** Places by falling scores; of equal ones the earlier first. */
  private static int[] order(float[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(place -> -scores[place]))
        .mapToInt(place -> place)
        .toArray();
  }
}
