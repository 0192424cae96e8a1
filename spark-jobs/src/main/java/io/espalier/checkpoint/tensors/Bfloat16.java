package io.espalier.checkpoint.tensors;

/** The upper half of a float32. */
final class Bfloat16 {
  private Bfloat16() {}

  /** Widens exactly. */
  static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Rounds a finite number to the nearest value, ties to even. */
  static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
