package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Set;

/**
 * Detects encrypted sound in MP4, such as bought music and audio books, which decoders would report
 * as damaged.
 */
final class Mp4Protection {
  private static final Set<String> PARENTS = Set.of("moov", "trak", "mdia", "minf", "stbl");
  private static final Set<String> ENCRYPTED = Set.of("drms", "enca", "aavd");

  /** From {@code moov} to the sample descriptions. */
  private static final int DEPTH = 6;

  private Mp4Protection() {}

  /**
   * Looks through the boxes of a part of the file.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_FORMAT_REFUSED}
   */
  static void check(ByteCursor file, long from, long to) throws AudioException {
    check(file, from, to, 0);
  }

  private static void check(ByteCursor file, long from, long to, int depth) throws AudioException {
    long at = from;
    while (at + 8 <= to) {
      long size = file.unsignedInt((int) at);
      String type = file.tag((int) at + 4);
      if (size < 8 || size > to - at) {
        return; // Damaged or very large; the decoder finds out which.
      }
      if (depth == DEPTH && ENCRYPTED.contains(type)) {
        throw encrypted();
      }
      if (depth < DEPTH - 1 && PARENTS.contains(type)) {
        check(file, at + 8, at + size, depth + 1);
      } else if (type.equals("stsd") && depth == DEPTH - 1) {
        check(file, at + 16, at + size, DEPTH);
      }
      at += size;
    }
  }

  /** The error for encrypted sound. */
  static AudioException encrypted() {
    return new AudioException(
        ErrorCode.AUDIO_FORMAT_REFUSED,
        "Cannot read audio: its sound is encrypted (DRM). Give a copy without protection");
  }
}
