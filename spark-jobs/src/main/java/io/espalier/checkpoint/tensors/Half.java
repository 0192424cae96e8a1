package io.espalier.checkpoint.tensors;

/** IEEE 754 binary16, which Java 17 cannot convert by itself. */
public final class Half {
  /** The largest finite value. */
  static final float MAX = 65504f;

  /** Everything at or above this rounds to infinity. */
  private static final float OVERFLOW = 65520f;

  private static final float SMALLEST_NORMAL = 0x1p-14f;

  private Half() {}

  /** Widens exactly. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0x1F) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (fraction << 13));
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }

  /** Rounds to the nearest value, ties to even; too large becomes infinite. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | 0x7E00);
    }
    if (magnitude >= OVERFLOW) {
      return (short) (sign | 0x7C00);
    }
    if (magnitude < SMALLEST_NORMAL) {
      // The product is exact, so rint is the only rounding.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int rebased = (bits & 0x7FFFFFFF) - (112 << 23);
    int roundedUp = rebased + 0xFFF + ((rebased >> 13) & 1);
    return (short) (sign | (roundedUp >> 13));
  }
}
