package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;

/**
 * Finds truncated and damaged files from the structure of their containers. Decoders treat a
 * truncated file as a short one, so this check comes first.
 */
public final class ContainerStructure {
  private static final long UNKNOWN = -1;
  private static final int OGG_HEADER = 27;
  private static final int OGG_END_OF_STREAM = 4;
  private static final int[] OGG_CRC = oggCrcTable();

  private ContainerStructure() {}

  /**
   * Refuses a file that is shorter than its container declares, or whose structure is broken.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}, {@link ErrorCode#AUDIO_CORRUPT}
   */
  public static void check(AudioContainer container, ByteCursor file) throws AudioException {
    switch (container) {
      case OGG -> checkOgg(file);
      case MP4 -> checkMp4(file);
      case MATROSKA -> checkMatroska(file);
      case CAF -> checkCaf(file);
      case AMR -> AmrFrames.check(file);
      case ASF -> AsfObjects.check(file);
      case WAVPACK -> WavPackBlocks.check(file);
      case AU -> checkAu(file);
      case WAV, W64, FLAC, MP3, AAC, AIFF -> {
        // WAV has its own parser, W64 and AIFF are read by UnfinishedHeader; the others have
        // frames, which StreamTail walks.
      }
    }
  }

  /** Pages (RFC 3533) carry their length and a checksum. */
  private static void checkOgg(ByteCursor file) throws AudioException {
    long at = 0;
    boolean ended = false;
    boolean unfinished = false;
    while (at < file.length()) {
      boolean whole = file.length() - at >= OGG_HEADER;
      boolean page = whole && file.tag((int) at).equals("OggS");
      if (ended && !page) {
        return; // Tags that a player appended.
      }
      if (whole && !page) {
        throw corrupt(String.format(Locale.ROOT, "no Ogg page at byte %d", at));
      }
      long end = whole ? oggPageEnd(file, (int) at) : at + OGG_HEADER;
      if (end > file.length()) {
        throw truncated("its last Ogg page ends at byte", end, file.length());
      }
      if (oggCrc(file, (int) at, (int) end) != (int) file.unsignedIntLe((int) at + 22)) {
        throw corrupt(String.format(Locale.ROOT, "the Ogg page at byte %d fails its checksum", at));
      }
      ended = (file.unsignedByte((int) at + 5) & OGG_END_OF_STREAM) != 0;
      int segments = file.unsignedByte((int) at + OGG_HEADER - 1);
      unfinished = segments > 0 && file.unsignedByte((int) at + 26 + segments) == 255;
      at = end;
    }
    if (unfinished) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          "Cannot read audio: its last Ogg page ends inside a packet. Copy it again");
    }
  }

  private static long oggPageEnd(ByteCursor file, int at) {
    int segments = file.unsignedByte(at + OGG_HEADER - 1);
    long body = (long) at + OGG_HEADER + segments;
    if (body > file.length()) {
      return body;
    }
    long end = body;
    for (int i = 0; i < segments; i++) {
      end += file.unsignedByte(at + OGG_HEADER + i);
    }
    return end;
  }

  private static int oggCrc(ByteCursor file, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      boolean checksum = i >= from + 22 && i < from + 26;
      int value = checksum ? 0 : file.unsignedByte(i);
      crc = (crc << 8) ^ OGG_CRC[((crc >>> 24) ^ value) & 0xff];
    }
    return crc;
  }

  private static int[] oggCrcTable() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
      }
      table[i] = crc;
    }
    return table;
  }

  /**
   * Boxes (ISO 14496-12) carry their length; the index ({@code moov}) may stand at the end. In a
   * file of fragments each index ({@code moof}) stands before its samples.
   */
  private static void checkMp4(ByteCursor file) throws AudioException {
    long at = 0;
    boolean index = false;
    boolean fragmented = false;
    String last = "";
    while (at + 8 <= file.length()) {
      String type = file.tag((int) at + 4);
      long size = file.unsignedInt((int) at);
      if (size == 1 && at + 16 <= file.length()) {
        size = file.longAt((int) at + 8);
      }
      if (size == 0) {
        size = file.length() - at;
      }
      if (size < 8 || !type.matches("[\\x20-\\x7e\\u00a9]{4}")) {
        if (index) {
          return; // Padding after a complete file.
        }
        throw corrupt(String.format(Locale.ROOT, "no MP4 box at byte %d", at));
      }
      if (size > file.length() - at) {
        throw truncated(
            String.format(Locale.ROOT, "its MP4 box '%s' ends at byte", type),
            at + size,
            file.length());
      }
      if (type.equals("moov")) {
        index = true;
        Mp4Protection.check(file, at, at + size);
      }
      fragmented |= type.equals("moof");
      last = type;
      at += size;
    }
    if (fragmented && at < file.length()) {
      throw truncated("its next MP4 box starts at byte", at, file.length());
    }
    if (last.equals("moof")) {
      throw truncated("its last MP4 fragment has samples after byte", at, file.length());
    }
    if (!index) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          "Cannot read audio: its MP4 index (moov) is missing. Finish the recording or copy it"
              + " again");
    }
  }

  /** Chunks (Apple's Core Audio Format 1.0); only the samples may have no length, as the last. */
  private static void checkCaf(ByteCursor file) throws AudioException {
    long at = 8;
    long packetBytes = 0;
    while (at + 12 <= file.length()) {
      long body = at + 12;
      String type = file.tag((int) at);
      long size = file.longAt((int) at + 4);
      if (UnfinishedHeader.isUnknownCaf(file, (int) at)) {
        checkWhole("CAF packet", packetBytes, file.length() - body - 4);
        return;
      }
      if (size < 0) {
        throw corrupt(
            String.format(
                Locale.ROOT, "the CAF chunk at byte %d has a length of %d bytes", at, size));
      }
      if (size > file.length() - body) {
        throw truncated("its CAF chunk ends at byte", body + size, file.length());
      }
      if (type.equals("desc") && size >= 32) {
        packetBytes = file.unsignedInt((int) body + 16);
      }
      at = body + size;
    }
  }

  /** Samples of unknown length (the header of Sun and NeXT) are still whole ones. */
  private static void checkAu(ByteCursor file) throws AudioException {
    if (file.length() < 24 || !UnknownLength.is(file.unsignedInt(8))) {
      return;
    }
    int bytes =
        switch ((int) file.unsignedInt(12)) {
          case 3 -> 2;
          case 4 -> 3;
          case 5, 6 -> 4;
          case 7 -> 8;
          default -> 1;
        };
    checkWhole("AU sample", bytes * file.unsignedInt(20), file.length() - file.unsignedInt(4));
  }

  private static void checkWhole(String unit, long bytes, long present) throws AudioException {
    long cut = bytes > 0 && present > 0 ? present % bytes : 0;
    if (cut > 0) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: its last %s has %d of %d bytes. Copy it again",
              unit,
              cut,
              bytes));
    }
  }

  /**
   * Elements (RFC 8794) carry their length. Live writers leave it out for the segment and its
   * clusters; then what they hold follows, down to the blocks, which always have one.
   */
  private static void checkMatroska(ByteCursor file) throws AudioException {
    long at = 0;
    int elements = 0;
    while (at < file.length()) {
      int idLength = Integer.numberOfLeadingZeros(file.unsignedByte((int) at)) - 23;
      if (idLength > 4) {
        if (elements >= 2) {
          return; // Padding after header and segment.
        }
        throw corrupt(String.format(Locale.ROOT, "no Matroska element at byte %d", at));
      }
      long sizeAt = at + idLength;
      int sizeLength =
          sizeAt < file.length()
              ? Integer.numberOfLeadingZeros(file.unsignedByte((int) sizeAt)) - 23
              : 1;
      long body = sizeAt + sizeLength;
      if (sizeLength > 8 || body > file.length()) {
        throw truncated("its Matroska element starts at byte", body, file.length());
      }
      long size = ebmlSize(file, (int) sizeAt, sizeLength);
      if (size != UNKNOWN && size > file.length() - body) {
        throw truncated("its Matroska element ends at byte", body + size, file.length());
      }
      at = size == UNKNOWN ? body : body + size;
      elements++;
    }
  }

  private static long ebmlSize(ByteCursor file, int at, int length) {
    long size = file.unsignedByte(at) & (0xff >> length);
    boolean allOnes = size == (0xff >> length);
    for (int i = 1; i < length; i++) {
      int next = file.unsignedByte(at + i);
      allOnes &= next == 0xff;
      size = size << 8 | next;
    }
    return allOnes ? UNKNOWN : size;
  }

  static AudioException truncated(String what, long end, long length) {
    return new AudioException(
        ErrorCode.AUDIO_TRUNCATED,
        String.format(
            Locale.ROOT,
            "Cannot read audio: %s %d, but the file has %d bytes. Copy it again",
            what,
            end,
            length));
  }

  static AudioException corrupt(String what) {
    return new AudioException(
        ErrorCode.AUDIO_CORRUPT,
        String.format(Locale.ROOT, "Cannot read audio: %s. Copy it again", what));
  }
}
