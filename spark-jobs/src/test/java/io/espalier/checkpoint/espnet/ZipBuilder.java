package io.espalier.checkpoint.espnet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip files that Java's own writer would refuse to write. */
final class ZipBuilder {
  private static final int VERSION = 20;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private final ByteArrayOutputStream local = new ByteArrayOutputStream();
  private final ByteArrayOutputStream central = new ByteArrayOutputStream();
  private int entries;

  ZipBuilder entry(String name, byte[] content) {
    return add(name, content, content, STORED, content.length);
  }

  /** An entry whose directory says that it has another size. */
  ZipBuilder lyingEntry(String name, byte[] content, int declaredSize) {
    return add(name, content, content, STORED, declaredSize);
  }

  ZipBuilder compressedEntry(String name, byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] buffer = new byte[content.length + 64];
    int length = deflater.deflate(buffer);
    deflater.end();
    byte[] packed = Arrays.copyOf(buffer, length);
    return add(name, content, packed, DEFLATED, content.length);
  }

  Path write(Path file) throws IOException {
    int start = local.size();
    int length = central.size();
    local.writeBytes(central.toByteArray());
    int32(local, 0x06054B50, 0);
    int16(local, entries, entries);
    int32(local, length, start);
    int16(local, 0);
    return Files.write(file, local.toByteArray());
  }

  private ZipBuilder add(String name, byte[] content, byte[] stored, int method, int size) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(content);
    ByteArrayOutputStream common = new ByteArrayOutputStream();
    int16(common, VERSION, 0, method);
    int32(common, 0, (int) crc.getValue(), method == STORED ? size : stored.length, size);
    int16(common, nameBytes.length, 0);
    int32(central, 0x02014B50);
    int16(central, VERSION);
    central.writeBytes(common.toByteArray());
    int16(central, 0, 0, 0);
    int32(central, 0, local.size());
    central.writeBytes(nameBytes);
    int32(local, 0x04034B50);
    local.writeBytes(common.toByteArray());
    local.writeBytes(nameBytes);
    local.writeBytes(stored);
    entries++;
    return this;
  }

  private static void int32(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      int16(out, value, value >>> 16);
    }
  }

  private static void int16(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
      out.write(value >>> 8);
    }
  }
}
