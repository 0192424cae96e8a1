package io.espalier.audio.container;

import io.espalier.audio.AudioException;
import io.espalier.audio.decoder.WavFile;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;

/**
 * Checks lengths in the headers of AIFF, AU, CAF, W64, RF64 and BW64 files. A length that the
 * writer could not know is replaced, in a copy, by the actual length, so that FFmpeg neither stops
 * early nor reports a truncated file. Any other length must fit the file; {@link WavFile} checks
 * RIFF, RF64 and BW64.
 */
public final class UnfinishedHeader {
  private static final int DS64_DATA = 28;
  private static final int AU_HEADER = 24;
  private static final int AIFF_SOUND = 16;
  private static final int W64_CHUNK = 24;
  private static final String W64_TAIL = "\363\254\323\021\214\321\0\300O\216\333\212";

  private UnfinishedHeader() {}

  /**
   * The file with its true lengths; the same one where they are there already.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_TRUNCATED}, {@link ErrorCode#AUDIO_CORRUPT}
   */
  public static AudioFile finish(AudioFile file) throws AudioException {
    ByteCursor cursor = file.cursor();
    byte[] finished =
        switch (file.container()) {
          case AIFF -> aiff(cursor);
          case AU -> au(cursor);
          case CAF -> caf(cursor);
          case W64 -> w64(cursor);
          case WAV -> rf64(cursor);
          case FLAC, OGG, MP3, AAC, MP4, MATROSKA, AMR, ASF, WAVPACK -> new byte[0];
        };
    return finished.length == 0 ? file : new AudioFile(file.container(), finished, 0);
  }

  private static byte[] rf64(ByteCursor file) {
    boolean wide = !file.tag(0).equals("RIFF") && file.tag(12).equals("ds64");
    if (!wide || (file.longLe(DS64_DATA) != 0 && !UnknownLength.is(file.longLe(DS64_DATA)))) {
      return new byte[0];
    }
    byte[] copy = file.copy();
    // Beyond the file, so it means the end of the file.
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(DS64_DATA, copy.length);
    return copy;
  }

  private static byte[] aiff(ByteCursor file) throws AudioException {
    long common = 0;
    long at = 12;
    while (at + 8 <= file.length()) {
      long size = file.unsignedInt((int) at + 4);
      String type = file.tag((int) at);
      if (type.equals("COMM") && at + 26 <= file.length()) {
        common = at;
      }
      if (type.equals("SSND")) {
        boolean unknown = size == 0 || UnknownLength.is(size - 8);
        requirePresent(unknown, "AIFF", size, file.length() - at - 8);
        return unknown && common > 0 ? aiff(file, (int) common, (int) at) : new byte[0];
      }
      at += 8 + size + (size & 1);
    }
    if (at > file.length()) {
      throw ContainerStructure.truncated("its AIFF chunk ends at byte", at, file.length());
    }
    return new byte[0];
  }

  private static byte[] aiff(ByteCursor file, int common, int sound) {
    byte[] copy = file.copy();
    ByteBuffer big = ByteBuffer.wrap(copy);
    int channels = file.unsignedShort(common + 8);
    int bits = file.unsignedShort(common + 14);
    boolean compressed = file.tag(8).equals("AIFC") && common + 30 <= file.length();
    int block =
        switch (compressed ? file.tag(common + 26) : "NONE") {
          case "ima4" -> 34 * channels;
          case "alaw", "ALAW", "ulaw", "ULAW" -> channels;
          default -> channels * ((bits + 7) / 8);
        };
    int present = Math.max(0, copy.length - sound - AIFF_SOUND);
    big.putInt(4, copy.length - 8);
    big.putInt(common + 10, present / Math.max(1, block));
    big.putInt(sound + 4, present + 8);
    return copy;
  }

  private static byte[] au(ByteCursor file) throws AudioException {
    if (file.length() < AU_HEADER) {
      throw ContainerStructure.truncated("its AU header ends at byte", AU_HEADER, file.length());
    }
    long present = file.length() - file.unsignedInt(4);
    long size = file.unsignedInt(8);
    boolean unknown = size == 0 || UnknownLength.is(size);
    requirePresent(unknown, "AU", size, present);
    if (!unknown) {
      return new byte[0];
    }
    byte[] copy = file.copy();
    ByteBuffer.wrap(copy).putInt(8, (int) Math.max(0, present));
    return copy;
  }

  private static byte[] caf(ByteCursor file) {
    long at = 8;
    while (at + 12 <= file.length()) {
      if (isUnknownCaf(file, (int) at)) {
        byte[] copy = file.copy();
        ByteBuffer.wrap(copy).putLong((int) at + 4, copy.length - at - 12);
        return copy;
      }
      at += 12 + file.longAt((int) at + 4);
    }
    return new byte[0];
  }

  /** Whether the chunk at a position holds the samples, to the end of the file. */
  static boolean isUnknownCaf(ByteCursor file, int at) {
    long size = file.longAt(at + 4);
    return file.tag(at).equals("data") && (size == 0 || UnknownLength.is(size));
  }

  private static byte[] w64(ByteCursor file) throws AudioException {
    long at = 40;
    while (at + W64_CHUNK <= file.length()) {
      long size = file.longLe((int) at + 16);
      if (isW64(file, (int) at, "data")) {
        long present = file.length() - at;
        boolean unknown = size == 0 || UnknownLength.is(size);
        requirePresent(unknown, "W64", size, present);
        return unknown ? w64(file, (int) at) : new byte[0];
      }
      if (size < W64_CHUNK) {
        throw ContainerStructure.corrupt(
            String.format(Locale.ROOT, "its W64 chunk at byte %d has no length", at));
      }
      at += (Math.min(size, Integer.MAX_VALUE) + 7) & ~7L;
    }
    throw ContainerStructure.truncated("its W64 chunk ends at byte", at, file.length());
  }

  private static byte[] w64(ByteCursor file, int data) {
    byte[] copy = file.copy();
    ByteBuffer little = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    little.putLong(16, copy.length);
    little.putLong(data + 16, (long) copy.length - data);
    return copy;
  }

  private static boolean isW64(ByteCursor file, int at, String name) {
    byte[] chunk = new byte[16];
    for (int i = 0; i < chunk.length; i++) {
      chunk[i] = (byte) file.unsignedByte(at + i);
    }
    return AudioContainer.has(Arrays.copyOf(chunk, 4), 0, name)
        && AudioContainer.has(chunk, 4, W64_TAIL);
  }

  private static void requirePresent(boolean unknown, String format, long size, long present)
      throws AudioException {
    if (!unknown && size > present) {
      throw new AudioException(
          ErrorCode.AUDIO_TRUNCATED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: the %s file declares %d bytes of samples but has %d. Copy it"
                  + " again",
              format,
              size,
              Math.max(0, present)));
    }
  }
}
