package io.espalier.audio.decoder;

import java.io.ByteArrayOutputStream;

/**
 * A FLAC file of silence, built by hand from the format's description (RFC 9639): a frame of 65,535
 * equal samples takes a dozen bytes.
 */
final class FlacBomb {
  private static final int RATE = 8_000;
  private static final int BLOCK = 65_535;

  private FlacBomb() {}

  /** Silence whose header declares its length. */
  static byte[] silence(int seconds) {
    return silence(seconds, (long) seconds * RATE);
  }

  /**
   * Silence.
   *
   * @param declared samples that the header declares; 0 means unknown
   */
  static byte[] silence(int seconds, long declared) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(TestAudio.ascii("fLaC"));
    write(file, 0x80, 1);
    write(file, 34, 3); // The stream's description is the last metadata block.
    write(file, BLOCK, 2);
    write(file, BLOCK, 2);
    write(file, 0, 6); // Frame sizes: unknown.
    // 20 bits rate, 3 bits channels - 1, 5 bits bits per sample - 1, 36 bits samples.
    write(file, ((long) RATE << 44) | (15L << 36) | declared, 8);
    file.writeBytes(new byte[16]); // No checksum of the whole.
    long frames = (long) seconds * RATE / BLOCK;
    for (long i = 0; i <= frames; i++) {
      file.writeBytes(frame((int) i));
    }
    return file.toByteArray();
  }

  /** A fixed-block-size frame of one constant, zero. */
  private static byte[] frame(int number) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    write(frame, 0xfff8, 2);
    write(frame, 0x74, 1); // Block size in 16 bits, 8 kHz.
    write(frame, 0x08, 1); // Mono, 16 bits.
    frame.writeBytes(codedNumber(number));
    write(frame, BLOCK - 1, 2);
    write(frame, crc(frame.toByteArray(), 0x07, 8), 1);
    write(frame, 0, 1); // One subframe: constant.
    write(frame, 0, 2);
    write(frame, crc(frame.toByteArray(), 0x8005, 16), 2);
    return frame.toByteArray();
  }

  /** UTF-8's coding of a number below 65,536. */
  private static byte[] codedNumber(int number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (number < 0x80) {
      write(out, number, 1);
    } else if (number < 0x800) {
      write(out, 0xc0 | number >> 6, 1);
      write(out, 0x80 | (number & 0x3f), 1);
    } else {
      write(out, 0xe0 | number >> 12, 1);
      write(out, 0x80 | (number >> 6 & 0x3f), 1);
      write(out, 0x80 | (number & 0x3f), 1);
    }
    return out.toByteArray();
  }

  private static int crc(byte[] bytes, int polynomial, int width) {
    int crc = 0;
    int top = 1 << (width - 1);
    for (byte value : bytes) {
      crc ^= (value & 0xff) << (width - 8);
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & top) != 0 ? crc << 1 ^ polynomial : crc << 1;
      }
    }
    return crc & ((1 << width) - 1);
  }

  private static void write(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
      out.write((int) (value >> (8 * i)) & 0xff);
    }
  }
}
