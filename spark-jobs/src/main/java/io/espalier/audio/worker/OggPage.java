package io.espalier.audio.worker;

/**
 * The header of an Ogg page (RFC 3533).
 *
 * @param granule where the last packet that ends on the page ends; -1 if none does
 * @param serial number of the logical stream
 * @param sequence number of the page in its stream
 * @param unfinished whether the page's last packet continues on the next page
 */
record OggPage(long granule, long serial, long sequence, boolean unfinished) {
  /** The granule position of a page on which no packet ends. */
  static final long NONE = -1;

  private static final int HEADER = 27;
  private static final int FULL = 255;

  /** The page that starts at a byte of the file; the file's structure was checked before. */
  static OggPage at(NativeInput input, long at) {
    int segments = input.unsignedByte(at + HEADER - 1);
    return new OggPage(
        number(input, at + 6, 8),
        number(input, at + 14, 4),
        number(input, at + 18, 4),
        segments > 0 && input.unsignedByte(at + HEADER + segments - 1) == FULL);
  }

  private static long number(NativeInput input, long at, int bytes) {
    long number = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      number = number << 8 | input.unsignedByte(at + i);
    }
    return number;
  }
}
