package io.espalier.audio.container;

import java.nio.ByteBuffer;

/** Frame headers of MPEG audio (ISO 11172-3, 13818-3) and of AAC in ADTS (ISO 13818-7). */
public final class MpegFrames {
  private static final int[][] KBITS = {
    {32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}, // MPEG 1, layer I
    {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}, // MPEG 1, layer II
    {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}, // MPEG 1, layer III
    {32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}, // MPEG 2, layer I
    {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}, // MPEG 2, layers II and III
  };
  private static final int[] RATES = {44_100, 48_000, 32_000};

  /**
   * After junk, so many headers in the right distance must agree: in bytes of no meaning that
   * happens once in more than 10^15.
   */
  private static final int CERTAIN = 4;

  /** Bits of a header that all frames share: version, layer, rate; for AAC profile and channels. */
  private static final int AUDIO_CONSTANT = 0xfffe_0c00;

  private static final int ADTS_CONSTANT = 0xfffe_fdc0;

  private MpegFrames() {}

  /** Length in bytes of the frame whose header is at a position; 0 if there is none. */
  interface FrameLength {
    int at(byte[] bytes, int offset);
  }

  /**
   * Whether a frame starts at {@code offset} and another one follows it. Eleven set bits alone are
   * found in many files; two headers in the right distance are not.
   */
  static boolean startAt(byte[] bytes, int offset, FrameLength length) {
    int first = length.at(bytes, offset);
    if (first == 0) {
      return false;
    }
    long next = (long) offset + first;
    return next + 7 > bytes.length ? next <= bytes.length : length.at(bytes, (int) next) > 0;
  }

  /**
   * Where the first of {@link #CERTAIN} frames of one kind stands, each following the other.
   *
   * @param length how many places to try
   * @return -1 when there is none
   */
  static int find(byte[] bytes, int from, int length) {
    int to = (int) Math.min(bytes.length, (long) from + length);
    for (int at = from; at < to; at++) {
      if (bytes[at] == (byte) 0xff
          && (isRun(bytes, at, MpegFrames::adtsLength, ADTS_CONSTANT)
              || isRun(bytes, at, MpegFrames::audioLength, AUDIO_CONSTANT))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isRun(byte[] bytes, int start, FrameLength length, int constant) {
    long at = start;
    for (int i = 0; i < CERTAIN; i++) {
      int frame = at < bytes.length ? length.at(bytes, (int) at) : 0;
      if (frame == 0 || ((header(bytes, (int) at) ^ header(bytes, start)) & constant) != 0) {
        return false;
      }
      at += frame;
    }
    return true;
  }

  private static int header(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).getInt(at);
  }

  public static int adtsLength(byte[] bytes, int offset) {
    if (offset < 0 || offset > bytes.length - 7) {
      return 0;
    }
    boolean sync = bytes[offset] == (byte) 0xff && (bytes[offset + 1] & 0xf6) == 0xf0;
    int length =
        (bytes[offset + 3] & 3) << 11
            | (bytes[offset + 4] & 0xff) << 3
            | (bytes[offset + 5] & 0xff) >> 5;
    return sync && length >= 7 ? length : 0;
  }

  public static int audioLength(byte[] bytes, int offset) {
    if (offset < 0
        || offset > bytes.length - 4
        || bytes[offset] != (byte) 0xff
        || (bytes[offset + 1] & 0xe0) != 0xe0) {
      return 0;
    }
    int version = (bytes[offset + 1] >> 3) & 3; // 0 is MPEG 2.5, 1 reserved, 2 MPEG 2, 3 MPEG 1
    int layer = 4 - ((bytes[offset + 1] >> 1) & 3); // 4 is reserved
    int rateIndex = (bytes[offset + 2] >> 2) & 3;
    int bitIndex = (bytes[offset + 2] >> 4) & 15;
    if (version == 1 || layer == 4 || rateIndex == 3 || bitIndex == 0 || bitIndex == 15) {
      return 0;
    }
    int table = version == 3 ? layer - 1 : layer == 1 ? 3 : 4;
    int bits = KBITS[table][bitIndex - 1] * 1000;
    int rate = RATES[rateIndex] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
    int padding = (bytes[offset + 2] >> 1) & 1;
    if (layer == 1) {
      return (12 * bits / rate + padding) * 4;
    }
    int samplesPer8Bits = layer == 3 && version != 3 ? 72 : 144;
    return samplesPer8Bits * bits / rate + padding;
  }
}
