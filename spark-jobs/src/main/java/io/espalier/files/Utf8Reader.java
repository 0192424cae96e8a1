package io.espalier.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Decodes UTF-8 and keeps count of lines and bytes. Callers read it through a buffer. */
final class Utf8Reader extends Reader {
  private static final int BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int FIRST_OF_UTF_16_BIG = 0xFE;
  private static final int FIRST_OF_UTF_16_LITTLE = 0xFF;

  private final InputStream in;
  private final String name;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES).limit(0);
  private long offset;
  private long line = 1;
  private boolean begun;
  private boolean ended;

  /**
   * @param name of what is read, for messages
   */
  Utf8Reader(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /**
   * @param length at least 2, the length of a character outside the first plane
   */
  @Override
  public int read(char[] chars, int start, int length) throws IOException {
    while (true) {
      CharBuffer out = CharBuffer.wrap(chars, start, length);
      int from = bytes.position();
      CoderResult result = decoder.decode(bytes, out, ended);
      account(from);
      int count = withoutMark(chars, start, out.position());
      if (count > 0) {
        return count;
      }
      if (result.isError()) {
        throw malformed(bytes.get(bytes.position()) & 0xFF);
      }
      if (result.isOverflow() && length < 2) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Invalid length: %d, must be at least 2", length));
      }
      if (result.isUnderflow() && ended) {
        return -1;
      }
      fill();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void fill() throws IOException {
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = count < 0;
    bytes.position(bytes.position() + Math.max(0, count)).flip();
  }

  /** Counts what was decoded. A zero byte suggests UTF-16: no other text has one. */
  private void account(int from) throws MalformedFileException {
    for (int i = from; i < bytes.position(); i++) {
      byte value = bytes.get(i);
      if (value == 0) {
        throw malformed(0);
      }
      line += value == '\n' ? 1 : 0;
      offset++;
    }
  }

  private int withoutMark(char[] chars, int start, int end) {
    if (end <= start || begun) {
      return end - start;
    }
    begun = true;
    if (chars[start] != BYTE_ORDER_MARK) {
      return end - start;
    }
    System.arraycopy(chars, start + 1, chars, start, end - start - 1);
    return end - start - 1;
  }

  private MalformedFileException malformed(int value) {
    boolean wide =
        value == 0
            || (offset == 0 && (value == FIRST_OF_UTF_16_BIG || value == FIRST_OF_UTF_16_LITTLE));
    return new MalformedFileException(
        String.format(
            Locale.ROOT,
            "Cannot read %s: line %d is not UTF-8, byte 0x%02X at offset %d%s",
            name,
            line,
            value,
            offset,
            wide
                ? ". It looks like UTF-16: convert it with iconv -f UTF-16 -t UTF-8"
                : ". Convert it: for Latin-1, iconv -f LATIN1 -t UTF-8"));
  }
}
