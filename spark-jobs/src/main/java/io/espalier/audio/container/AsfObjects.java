package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Checks ASF files, which hold Windows Media Audio: objects with a GUID and a length. The data
 * object holds packets of equal length.
 */
final class AsfObjects {
  private static final String DATA = "3626b2758e66cf11a6d900aa0062ce6c";
  private static final String PROPERTIES = "a1dcab8c47a9cf118ee400c00c205365";
  private static final String INDEX = "90080033b1e5cf1189f400a0c90349cb";
  private static final String ENCRYPTION = "fbb3112223bdd211b4b700a0c955fc6e";
  private static final String EXTENDED_ENCRYPTION = "14e68a292226174cb935dae07ee9289c";
  private static final int OBJECT_HEADER = 24;
  private static final int PROPERTIES_BYTES = 104;

  /** Header of the data object, with the file's id and the number of packets. */
  private static final int DATA_HEADER = 50;

  /** The end-of-stream chunk that live writers put after the last packet. */
  private static final int STREAM_END = 0x2445;

  private AsfObjects() {}

  /**
   * Walks the objects up to the data.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}, {@link ErrorCode#AUDIO_CORRUPT},
   *     {@link ErrorCode#AUDIO_FORMAT_REFUSED} for encrypted sound
   */
  static void check(ByteCursor file) throws AudioException {
    long dataAt = size(file, 0);
    int properties = properties(file, dataAt);
    boolean live = (file.unsignedIntLe(properties + 88) & 1) != 0;
    long packetBytes = file.unsignedIntLe(properties + 92);
    while (true) {
      if (dataAt + DATA_HEADER > file.length()) {
        throw ContainerStructure.truncated(
            "its ASF data begins at byte", dataAt + DATA_HEADER, file.length());
      }
      if (guid(file, dataAt).equals(DATA)) {
        break;
      }
      dataAt += size(file, dataAt);
    }
    long declared = file.longLe((int) dataAt + 16);
    if (!live && declared > DATA_HEADER && !UnknownLength.is(declared)) {
      requireEnd("its ASF data ends at byte", dataAt + declared, file);
      return;
    }
    long packets = file.length() - dataAt - DATA_HEADER;
    long over = packetBytes == 0 ? 0 : packets % packetBytes;
    boolean ended = over >= 2 && file.unsignedShort((int) (file.length() - over)) == STREAM_END;
    if (over > 0 && !ended && !endsWithIndex(file, dataAt, packetBytes)) {
      throw ContainerStructure.truncated(
          "its last ASF packet ends at byte", file.length() + packetBytes - over, file.length());
    }
  }

  /** The position of the file properties; refuses encrypted files. */
  private static int properties(ByteCursor file, long headerEnd) throws AudioException {
    requireEnd("its ASF header ends at byte", headerEnd, file);
    int properties = -1;
    long at = 30;
    while (at + OBJECT_HEADER <= headerEnd) {
      String guid = guid(file, at);
      if (guid.equals(ENCRYPTION) || guid.equals(EXTENDED_ENCRYPTION)) {
        throw Mp4Protection.encrypted();
      }
      if (guid.equals(PROPERTIES) && at + PROPERTIES_BYTES <= headerEnd) {
        properties = (int) at;
      }
      at += size(file, at);
    }
    if (properties < 0) {
      throw ContainerStructure.corrupt("its ASF header has no file properties");
    }
    return properties;
  }

  /** A recorder that learns the length late may append an index to the packets. */
  private static boolean endsWithIndex(ByteCursor file, long dataAt, long packetBytes) {
    for (long at = dataAt + DATA_HEADER; at + OBJECT_HEADER <= file.length(); at += packetBytes) {
      if (guid(file, at).equals(INDEX)) {
        return true;
      }
    }
    return false;
  }

  private static void requireEnd(String what, long end, ByteCursor file) throws AudioException {
    if (end > file.length()) {
      throw ContainerStructure.truncated(what, end, file.length());
    }
  }

  private static long size(ByteCursor file, long at) throws AudioException {
    if (at + OBJECT_HEADER > file.length()) {
      throw ContainerStructure.truncated(
          "its ASF object starts at byte", at + OBJECT_HEADER, file.length());
    }
    long size = file.longLe((int) at + 16);
    if (size < OBJECT_HEADER || size > Integer.MAX_VALUE) {
      throw ContainerStructure.corrupt(
          String.format(Locale.ROOT, "its ASF object at byte %d has no length", at));
    }
    return size;
  }

  private static String guid(ByteCursor file, long at) {
    byte[] guid = new byte[16];
    for (int i = 0; i < guid.length; i++) {
      guid[i] = (byte) file.unsignedByte((int) at + i);
    }
    return HexFormat.of().formatHex(guid);
  }
}
