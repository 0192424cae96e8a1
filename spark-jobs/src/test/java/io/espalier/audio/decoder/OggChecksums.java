package io.espalier.audio.decoder;

import io.espalier.audio.container.AudioContainer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Gives the pages of a spoiled Ogg file right checksums again, as an attacker would. */
final class OggChecksums {
  private static final int POLYNOMIAL = 0x04c11db7;
  private static final int CHECKSUM = 22;
  private static final int SEGMENTS = 26;

  private OggChecksums() {}

  /** Mends all pages from the start on, up to the first that cannot be found. */
  static void mend(byte[] file) {
    int at = 0;
    while (AudioContainer.has(file, at, "OggS") && at + SEGMENTS < file.length) {
      int segments = file[at + SEGMENTS] & 0xff;
      int end = at + SEGMENTS + 1 + segments;
      for (int i = 0; i < segments && at + SEGMENTS + 1 + i < file.length; i++) {
        end += file[at + SEGMENTS + 1 + i] & 0xff;
      }
      if (end > file.length) {
        return;
      }
      Arrays.fill(file, at + CHECKSUM, at + CHECKSUM + Integer.BYTES, (byte) 0);
      ByteBuffer.wrap(file)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(at + CHECKSUM, checksum(file, at, end));
      at = end;
    }
  }

  private static int checksum(byte[] bytes, int start, int end) {
    int sum = 0;
    for (int i = start; i < end; i++) {
      sum ^= bytes[i] << 24;
      for (int bit = 0; bit < 8; bit++) {
        sum = (sum << 1) ^ (sum < 0 ? POLYNOMIAL : 0);
      }
    }
    return sum;
  }
}
