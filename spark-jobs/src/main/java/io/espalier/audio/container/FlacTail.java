package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;

/**
 * Finds FLAC streams (RFC 9639) from live writers that end inside a frame. Their header has no
 * length, but every frame ends with its checksum.
 */
final class FlacTail {
  private static final int[] CRC_16 = crcTable();
  private static final int STREAM_INFO = 34;
  private static final int LONGEST_HEADER = 16;

  /** Larger than an uncompressed frame of 65,535 samples, 8 channels and 24 bits. */
  private static final int LONGEST_FRAME = 1 << 21;

  private final byte[] bytes;
  private final int end;

  private FlacTail(byte[] bytes) {
    this.bytes = bytes;
    end = bytes.length;
  }

  /**
   * Refuses a stream of unknown length that does not end with a whole frame.
   *
   * @param start of the stream's marker
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}
   */
  static void check(byte[] bytes, int start) throws AudioException {
    if (isOpen(new ByteCursor(bytes, 0), start)
        && !new FlacTail(bytes).endsWithFrame(start + 8 + STREAM_INFO)) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: its last FLAC frame is cut off at the file's end, byte %d. Copy"
                  + " it again",
              bytes.length));
    }
  }

  /** Whether the stream's header is valid and does not declare the number of samples. */
  private static boolean isOpen(ByteCursor file, int start) {
    long info = start + 8L;
    if (info + STREAM_INFO > file.length()) {
      return false;
    }
    int at = (int) info;
    long blockHeader = file.unsignedInt(start + 4) & 0x7fff_ffffL;
    boolean rate = file.unsignedInt(at + 10) >>> 12 != 0;
    boolean samples = (file.unsignedByte(at + 13) & 15) != 0 || file.unsignedInt(at + 14) != 0;
    return blockHeader == STREAM_INFO && rate && !samples;
  }

  private boolean endsWithFrame(int first) {
    int lowest = Math.max(first, end - LONGEST_FRAME);
    for (int at = end - 10; at >= lowest; at--) {
      if (isHeader(at) && crc16(at) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether a frame header with a valid checksum is here. */
  private boolean isHeader(int at) {
    if (bytes[at] != (byte) 0xff || (bytes[at + 1] & 0xfe) != 0xf8) {
      return false;
    }
    int size = (bytes[at + 2] & 0xff) >> 4;
    int rate = bytes[at + 2] & 15;
    int length = 4 + codedNumberLength(bytes[at + 4] & 0xff);
    length += size == 6 ? 1 : size == 7 ? 2 : 0;
    length += rate == 12 ? 1 : rate == 13 || rate == 14 ? 2 : 0;
    if (length > LONGEST_HEADER || at + length >= end) {
      return false;
    }
    int crc = 0;
    for (int i = at; i <= at + length; i++) {
      crc ^= bytes[i] & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1 ^ (crc & 0x80) / 0x80 * 0x07) & 0xff;
      }
    }
    return crc == 0;
  }

  /** Length of a number in UTF-8's coding. */
  private static int codedNumberLength(int first) {
    int ones = Integer.numberOfLeadingZeros(~(first << 24));
    return Math.max(1, ones);
  }

  /** The CRC-16; 0 for a frame that includes its valid checksum. */
  private int crc16(int from) {
    int crc = 0;
    for (int i = from; i < end; i++) {
      crc = (crc << 8 ^ CRC_16[(crc >> 8 ^ bytes[i]) & 0xff]) & 0xffff;
    }
    return crc;
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc << 1 ^ ((crc & 0x8000) != 0 ? 0x8005 : 0);
      }
      table[i] = crc & 0xffff;
    }
    return table;
  }
}
