package io.espalier.audio.decoder;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.ChannelPower;
import io.espalier.audio.SampleRange;
import io.espalier.audio.container.ByteCursor;
import io.espalier.audio.container.UnknownLength;
import io.espalier.outcome.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A RIFF, RF64 or BW64 WAV file, read in pure Java. Numbers in the header are only claims: the
 * actual bytes decide, and no claim determines an allocation.
 *
 * <p>PCM of 8, 16, 24 and 32 bits and float of 32 and 64 bits are read here; other codecs only have
 * their header checked.
 */
public final class WavFile {
  private static final long SEE_DS64 = 0xffff_ffffL;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int EXTENSIBLE = 0xfffe;

  private final ByteCursor file;
  private final int sampleRate;
  private final int channels;
  private final int bits;
  private final int codec;
  private final int blockBytes;
  private final int dataStart;
  private final long dataBytes;

  /**
   * Reads and checks the header.
   *
   * @throws AudioException {@link ErrorCode#AUDIO_CORRUPT}, {@link ErrorCode#AUDIO_TRUNCATED},
   *     {@link ErrorCode#AUDIO_EMPTY}, or a limit's code
   */
  WavFile(ByteCursor file, AudioLimits limits) throws AudioException {
    this.file = file;
    int format = find("fmt ", 12, 16);
    int tag = file.unsignedShortLe(format);
    channels = file.unsignedShortLe(format + 2);
    long rate = file.unsignedIntLe(format + 4);
    blockBytes = file.unsignedShortLe(format + 12);
    bits = file.unsignedShortLe(format + 14);
    boolean subFormat = tag == EXTENSIBLE && file.unsignedIntLe(format - 4) >= 26;
    codec = subFormat && format + 26 <= file.length() ? file.unsignedShortLe(format + 24) : tag;
    if (channels == 0 || rate == 0 || rate > Integer.MAX_VALUE || blockBytes == 0) {
      throw corrupt(
          String.format(
              Locale.ROOT,
              "its header says %d Hz x %d channels of %d bytes",
              rate,
              channels,
              blockBytes));
    }
    sampleRate = (int) rate;
    limits.checkStream(sampleRate, channels);
    dataStart = find("data", format, 0);
    dataBytes = dataBytes();
    if (isUncompressed()) {
      limits.checkDuration((double) frames() / sampleRate);
    }
  }

  int sampleRate() {
    return sampleRate;
  }

  int channels() {
    return channels;
  }

  /** Samples per channel; only for {@link #isUncompressed()} files. */
  long frames() {
    return dataBytes / blockBytes;
  }

  /** Whether {@link #read} can read the samples. */
  boolean isUncompressed() {
    boolean known =
        codec == PCM
            ? bits == 8 || bits == 16 || bits == 24 || bits == 32
            : codec == FLOAT && (bits == 32 || bits == 64);
    return known && blockBytes == channels * bits / 8;
  }

  /**
   * The mean of the channels, full scale being 1. A mono 16-bit sample becomes exactly {@code
   * sample / 32768}.
   *
   * @param segment samples at the file's own rate, within {@link #frames()}
   * @param power learns of the channels
   */
  float[] read(SampleRange segment, ChannelPower power) {
    float[] mono = new float[Math.toIntExact(segment.stop() - segment.start())];
    ByteBuffer data = file.littleEndian();
    long first = dataStart + segment.start() * blockBytes;
    double sumsSquared = 0;
    double squares = 0;
    for (int i = 0; i < mono.length; i++) {
      int at = (int) (first + (long) i * blockBytes);
      double sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        double value = sample(data, at + channel * (bits / 8));
        sum += value;
        squares += value * value;
      }
      sumsSquared += sum * sum;
      mono[i] = (float) (sum / channels);
    }
    power.add(sumsSquared, squares, mono.length, channels);
    return mono;
  }

  private double sample(ByteBuffer data, int at) {
    return switch (bits) {
      case 8 -> ((data.get(at) & 0xff) - 128) / 128.0;
      case 16 -> data.getShort(at) / 32768.0;
      case 24 -> ((data.get(at + 2) << 16) | (data.getShort(at) & 0xffff)) / 8388608.0;
      case 32 -> codec == FLOAT ? data.getFloat(at) : data.getInt(at) / 2147483648.0;
      default -> data.getDouble(at);
    };
  }

  /** The position of the body of a chunk. */
  private int find(String name, int from, int least) throws AudioException {
    long at = from == 12 ? 12 : from + file.unsignedIntLe(from - 4) + padding(from);
    while (at + 8 <= file.length()) {
      long size = file.unsignedIntLe((int) at + 4);
      if (file.tag((int) at).equals(name)) {
        if (size < least || at + 8 + least > file.length()) {
          throw corrupt(String.format(Locale.ROOT, "its '%s' chunk has %d bytes", name, size));
        }
        return (int) at + 8;
      }
      at += 8 + size + (size & 1);
    }
    if (at > file.length()) {
      throw truncated(String.format(Locale.ROOT, "needs %d bytes", at));
    }
    throw truncated(String.format(Locale.ROOT, "has no '%s' chunk", name));
  }

  private long padding(int body) {
    return file.unsignedIntLe(body - 4) & 1;
  }

  /**
   * Length of the samples. Writers that cannot seek leave 0 or an {@link UnknownLength} in the
   * header: then the samples go to the end of the file. Any other length must be there.
   */
  private long dataBytes() throws AudioException {
    long declared = file.unsignedIntLe(dataStart - 4);
    long present = file.length() - (long) dataStart;
    if (!file.tag(0).equals("RIFF") && declared == SEE_DS64) {
      declared = file.tag(12).equals("ds64") && dataStart > 36 ? file.longLe(28) : 0;
    }
    boolean riffFinished = file.unsignedIntLe(4) + 8 == file.length();
    boolean unfinished = UnknownLength.is(declared) || (declared == 0 && !riffFinished);
    if (!unfinished && declared > present) {
      throw truncated(
          String.format(Locale.ROOT, "declares %d bytes of samples but has %d", declared, present));
    }
    long bytes = unfinished ? present : declared;
    if (bytes < blockBytes) {
      throw new AudioException(
          ErrorCode.AUDIO_EMPTY,
          "Cannot read audio: the WAV file has no samples. Write the file again");
    }
    return bytes;
  }

  private static AudioException truncated(String what) {
    return new AudioException(
        ErrorCode.AUDIO_TRUNCATED,
        String.format(
            Locale.ROOT,
            "Cannot read audio: the WAV file %s. Copy it again or repair its header",
            what));
  }

  private static AudioException corrupt(String what) {
    return new AudioException(
        ErrorCode.AUDIO_CORRUPT,
        String.format(
            Locale.ROOT, "Cannot read audio: the WAV file is damaged: %s. Copy it again", what));
  }
}
