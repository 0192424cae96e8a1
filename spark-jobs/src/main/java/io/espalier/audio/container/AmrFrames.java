package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;

/**
 * Checks AMR files of one channel (RFC 4867, section 5): a line that names the band, then one frame
 * per 20 ms, each with its own length.
 */
final class AmrFrames {
  private static final String NARROW = "#!AMR\n";
  private static final String WIDE = "#!AMR-WB\n";

  /** Bits of a frame's header that are 0. */
  private static final int PADDING = 0x83;

  /** Bytes of a frame by its type, with its header; 0 is reserved. */
  private static final int[] NARROW_BYTES = {
    13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1
  };

  private static final int[] WIDE_BYTES = {18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1};

  private AmrFrames() {}

  /** Length of the first line of an AMR file; 0 if there is none. */
  static int magicLength(byte[] bytes, int start) {
    if (AudioContainer.has(bytes, start, NARROW)) {
      return NARROW.length();
    }
    return AudioContainer.has(bytes, start, WIDE) ? WIDE.length() : 0;
  }

  /**
   * Walks the frames.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}, {@link ErrorCode#AUDIO_CORRUPT},
   *     {@link ErrorCode#AUDIO_EMPTY}
   */
  static void check(ByteCursor file) throws AudioException {
    boolean wide = file.unsignedByte(NARROW.length() - 1) == '-';
    int[] sizes = wide ? WIDE_BYTES : NARROW_BYTES;
    int at = wide ? WIDE.length() : NARROW.length();
    if (at == file.length()) {
      throw new AudioException(
          ErrorCode.AUDIO_EMPTY,
          "Cannot read audio: the AMR file has no frames. Record or copy it again");
    }
    while (at < file.length()) {
      int header = file.unsignedByte(at);
      int size = sizes[(header >> 3) & 15];
      if (size == 0 || (header & PADDING) != 0) {
        throw ContainerStructure.corrupt(String.format(Locale.ROOT, "no AMR frame at byte %d", at));
      }
      if (size > file.length() - at) {
        throw ContainerStructure.truncated(
            "its last AMR frame ends at byte", (long) at + size, file.length());
      }
      at += size;
    }
  }
}
