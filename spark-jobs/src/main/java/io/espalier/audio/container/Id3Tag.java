package io.espalier.audio.container;

/** ID3v2 tags, which taggers put before sound files of any kind. */
final class Id3Tag {
  /** Size of a tag's header, and of its footer. */
  static final int HEADER = 10;

  private static final int FOOTER_FLAG = 0x10;

  private Id3Tag() {}

  /**
   * Where the tags at the start of a file end; 0 without one, more than the file's length for a tag
   * that was cut or lies.
   */
  static long endOfAll(byte[] bytes) {
    long end = 0;
    while (end <= bytes.length - HEADER && AudioContainer.has(bytes, (int) end, "ID3")) {
      long next = end(bytes, (int) end);
      if (next == end) {
        return end;
      }
      end = next;
    }
    return end;
  }

  private static long end(byte[] bytes, int start) {
    int version = bytes[start + 3];
    if (version < 2 || version > 4) {
      return start;
    }
    long size = 0;
    for (int i = 6; i < HEADER; i++) {
      size = (size << 7) | (bytes[start + i] & 0x7f);
    }
    boolean footer = (bytes[start + 5] & FOOTER_FLAG) != 0;
    return start + HEADER + size + (footer ? HEADER : 0);
  }
}
