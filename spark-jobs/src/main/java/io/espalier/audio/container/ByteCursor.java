package io.espalier.audio.container;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads numbers and tags at any place of a file; every read is checked by the buffer's bounds. */
public final class ByteCursor {
  private final ByteBuffer big;
  private final ByteBuffer little;

  /** Byte {@code start} is the cursor's first. */
  ByteCursor(byte[] bytes, int start) {
    big = ByteBuffer.wrap(bytes, start, bytes.length - start).slice().asReadOnlyBuffer();
    little = big.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  public int length() {
    return big.limit();
  }

  int unsignedByte(int at) {
    return big.get(at) & 0xff;
  }

  long unsignedInt(int at) {
    return big.getInt(at) & 0xffff_ffffL;
  }

  long longAt(int at) {
    return big.getLong(at);
  }

  int unsignedShort(int at) {
    return big.getShort(at) & 0xffff;
  }

  public int unsignedShortLe(int at) {
    return little.getShort(at) & 0xffff;
  }

  public long unsignedIntLe(int at) {
    return little.getInt(at) & 0xffff_ffffL;
  }

  public long longLe(int at) {
    return little.getLong(at);
  }

  /** Four characters. */
  public String tag(int at) {
    byte[] name = new byte[4];
    big.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** A copy of the file. */
  byte[] copy() {
    byte[] bytes = new byte[length()];
    big.get(0, bytes);
    return bytes;
  }

  /** The whole file as little-endian numbers. */
  public ByteBuffer littleEndian() {
    return little.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
