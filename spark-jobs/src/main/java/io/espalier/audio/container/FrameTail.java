package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;

/**
 * Finds streams of MPEG audio and ADTS frames that end inside a frame. They have no container with
 * a length, but every frame has one.
 */
final class FrameTail {
  private static final int XING_REACH = 200;

  private final byte[] bytes;
  private final MpegFrames.FrameLength length;

  /** Bits of the third byte that all frames of a stream share. */
  private final int rateBits;

  private final int headerBytes;

  private FrameTail(byte[] bytes, MpegFrames.FrameLength length, int rateBits, int headerBytes) {
    this.bytes = bytes;
    this.length = length;
    this.rateBits = rateBits;
    this.headerBytes = headerBytes;
  }

  /**
   * Refuses AAC in ADTS that ends inside a frame.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}
   */
  static void checkAdts(byte[] bytes, int start) throws AudioException {
    new FrameTail(bytes, MpegFrames::adtsLength, 0x3c, 7).check(start);
  }

  /**
   * Refuses MPEG audio that ends inside a frame, unless its first frame declares its length, which
   * the decoder compares.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}
   */
  static void checkMpeg(byte[] bytes, int start) throws AudioException {
    FrameTail tail = new FrameTail(bytes, MpegFrames::audioLength, 0x0c, 4);
    int first = tail.next(start);
    if (first < bytes.length && !tail.declares(first)) {
      tail.check(first);
    }
  }

  private void check(int start) throws AudioException {
    int last = -1;
    int at = next(start);
    while (at < bytes.length) {
      int size = length.at(bytes, at);
      boolean frame = size > 0 && (last < 0 || isLike(last, at, headerBytes));
      if (frame && size > bytes.length - at) {
        throw truncated(at, String.format(Locale.ROOT, "ends at byte %d", (long) at + size));
      }
      if (frame) {
        last = at;
        at += size;
      } else if (last >= 0
          && bytes.length - at < headerBytes
          && isLike(last, at, bytes.length - at)) {
        throw truncated(at, String.format(Locale.ROOT, "has a header of %d bytes", headerBytes));
      } else {
        last = -1;
        at = next(at + 1);
      }
    }
  }

  /** The next position of two consecutive frames, or the end of the file. */
  private int next(int from) {
    int at = from;
    while (at < bytes.length && !(bytes[at] == (byte) 0xff && startsAt(at))) {
      at++;
    }
    return at;
  }

  private boolean startsAt(int at) {
    int size = length.at(bytes, at);
    return size > 0
        && size <= bytes.length - at - headerBytes
        && length.at(bytes, at + size) > 0
        && isLike(at, at + size, headerBytes);
  }

  /** Whether the bytes at a position may be a header of the same stream. */
  private boolean isLike(int frame, int at, int present) {
    boolean sync = bytes[at] == (byte) 0xff;
    boolean version = present < 2 || bytes[at + 1] == bytes[frame + 1];
    boolean rate = present < 3 || ((bytes[at + 2] ^ bytes[frame + 2]) & rateBits) == 0;
    return sync && version && rate;
  }

  private boolean declares(int frame) {
    ByteCursor file = new ByteCursor(bytes, 0);
    int end = Math.min(bytes.length - 3, frame + XING_REACH);
    for (int at = frame; at < end; at++) {
      String tag = file.tag(at);
      if (tag.equals("Xing") || tag.equals("Info") || tag.equals("VBRI")) {
        return true;
      }
    }
    return false;
  }

  private AudioException truncated(int at, String what) {
    return new AudioException(
        ErrorCode.AUDIO_TRUNCATED,
        String.format(
            Locale.ROOT,
            "Cannot read audio: its last frame starts at byte %d and %s, but the file has %d bytes."
                + " Copy it again",
            at,
            what,
            bytes.length));
  }
}
