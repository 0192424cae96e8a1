package io.espalier.tools.corpus;

import io.espalier.files.Sha256;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Which part of the data a sentence belongs to. The English wording decides, through its SHA-256:
 * all languages say the same thing in the same split, so neither a sentence nor its translation can
 * cross from one split to another, whatever the seed of a recipe.
 */
public enum Split {
  TRAIN,
  DEV,
  TEST;

  private static final int PERCENT_TRAIN = 80;
  private static final int PERCENT_DEV = 10;

  /** The split of a sentence with this English wording: 80 % train, 10 % dev, 10 % test. */
  public static Split of(String english) {
    int percent = Math.floorMod(ByteBuffer.wrap(Sha256.bytes(english)).getInt(), 100);
    if (percent < PERCENT_TRAIN) {
      return TRAIN;
    }
    return percent < PERCENT_TRAIN + PERCENT_DEV ? DEV : TEST;
  }

  /** The name in recipes and manifests: {@code train}, {@code dev} or {@code test}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
