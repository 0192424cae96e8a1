package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;

/** Checks WavPack files (format version 4): blocks with their lengths and numbers of samples. */
final class WavPackBlocks {
  private static final int HEADER = 32;

  /** Some writers write 0, others all ones, for an unknown number of samples. */
  private static final long UNKNOWN = 0xffff_ffffL;

  private WavPackBlocks() {}

  /**
   * Walks the blocks up to the last sample; tags may follow it.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}, {@link ErrorCode#AUDIO_CORRUPT}
   */
  static void check(ByteCursor file) throws AudioException {
    long at = 0;
    long samples = 0;
    long declared = 0;
    while (at < file.length()) {
      boolean whole = file.length() - at >= HEADER;
      boolean block = whole && file.tag((int) at).equals("wvpk");
      boolean complete = at > 0 && (declared == 0 || samples >= declared);
      if (!block && complete && !startsBlock(file, (int) at)) {
        return; // A tag.
      }
      if (whole && !block) {
        throw ContainerStructure.corrupt(
            String.format(Locale.ROOT, "no WavPack block at byte %d", at));
      }
      long end = whole ? at + 8 + file.unsignedIntLe((int) at + 4) : at + HEADER;
      if (end > file.length()) {
        throw ContainerStructure.truncated(
            "its last WavPack block ends at byte", end, file.length());
      }
      if (end < at + HEADER) {
        throw ContainerStructure.corrupt(
            String.format(Locale.ROOT, "no WavPack block at byte %d", at));
      }
      if (at == 0) {
        long total = file.unsignedIntLe(12);
        declared = total == UNKNOWN ? 0 : total;
      }
      long last = file.unsignedIntLe((int) at + 16) + file.unsignedIntLe((int) at + 20);
      samples = Math.max(samples, last); // Blocks at the end may hold a checksum only.
      at = end;
    }
    if (samples < declared) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: it declares %d samples but has %d. Copy it again",
              declared,
              samples));
    }
  }

  /** Whether the remaining bytes, shorter than a header, are the start of a block. */
  private static boolean startsBlock(ByteCursor file, int at) {
    int left = Math.min(4, file.length() - at);
    for (int i = 0; i < left; i++) {
      if (file.unsignedByte(at + i) != "wvpk".charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
