package io.espalier.search.beam;

/**
 * How many tokens may and must be generated.
 *
 * @param min hypotheses that end in an earlier step are dropped
 * @param max number of steps
 */
public record LengthRules(int min, int max) {
  /**
   * Turns ratios into numbers as ESPnet does.
   *
   * @param frames encoder frames of the utterance
   * @param room steps that the decoder has positions for
   */
  public static LengthRules of(DecodingOptions options, double minLenRatio, int frames, int room) {
    int max;
    if (options.maxLenRatio() == 0) {
      max = frames;
    } else if (options.maxLenRatio() < 0) {
      max = -(int) options.maxLenRatio();
    } else {
      max = Math.max(1, (int) (options.maxLenRatio() * frames));
    }
    int min = minLenRatio < 0 ? -(int) minLenRatio : (int) (minLenRatio * frames);
    return new LengthRules(min, Math.min(max, room));
  }
}
