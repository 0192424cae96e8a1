package io.espalier.audio.worker;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.AudioWarning;
import io.espalier.audio.SampleRange;
import io.espalier.audio.container.AudioContainer;
import io.espalier.audio.decoder.DecoderProcess;
import io.espalier.outcome.ErrorCode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The conversation between {@link DecoderProcess} and {@link DecoderWorker}, over the worker's
 * standard input and output.
 *
 * <pre>
 * worker   READY
 * parent   request: container, limits, segment, length; then the bytes of the file
 * worker   SAMPLES count floats, any number of times; then DONE report or FAILED code message
 * parent   the next request, or end of stream: the worker ends
 * </pre>
 */
public final class DecoderProtocol {
  public static final int READY = 0x45535031;
  static final int REQUEST = 4;
  public static final int SAMPLES = 1;
  public static final int DONE = 2;
  public static final int FAILED = 3;

  /** Most samples in one message. */
  static final int MAX_SAMPLES = 1 << 16;

  /** Both ends run on one machine, so samples cross as the machine keeps them. */
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /**
   * How a decoding ended well.
   *
   * @param sampleRate of the file, in Hz
   * @param channels of the file
   * @param samples decoded at 16 kHz, from the recording's start
   * @param complete whether the recording's end was reached
   * @param warnings what is odd about the segment
   */
  public record Report(
      int sampleRate, int channels, long samples, boolean complete, List<AudioWarning> warnings) {
    public Report {
      warnings = List.copyOf(warnings);
    }
  }

  private DecoderProtocol() {}

  public static void writeRequest(DataOutputStream out, DecodeRequest request) throws IOException {
    AudioLimits limits = request.limits();
    out.writeByte(REQUEST);
    out.writeUTF(request.container().name());
    out.writeLong(limits.maxBytes());
    out.writeDouble(limits.maxDurationS());
    out.writeInt(limits.maxChannels());
    out.writeInt(limits.minSampleRate());
    out.writeInt(limits.maxSampleRate());
    out.writeLong(limits.timeoutMs());
    out.writeLong(request.segment().start());
    out.writeLong(request.segment().stop());
    out.writeInt(request.length());
  }

  /** The next request; empty when the parent has no more. */
  public static Optional<DecodeRequest> readRequest(DataInputStream in) throws IOException {
    if (in.read() != REQUEST) {
      return Optional.empty();
    }
    AudioContainer container = AudioContainer.valueOf(in.readUTF());
    AudioLimits limits =
        new AudioLimits(
            in.readLong(),
            in.readDouble(),
            in.readInt(),
            in.readInt(),
            in.readInt(),
            in.readLong());
    SampleRange segment = new SampleRange(in.readLong(), in.readLong());
    return Optional.of(new DecodeRequest(container, limits, segment, in.readInt()));
  }

  public static void writeReport(DataOutputStream out, Report report) throws IOException {
    out.writeByte(DONE);
    out.writeInt(report.sampleRate());
    out.writeInt(report.channels());
    out.writeLong(report.samples());
    out.writeBoolean(report.complete());
    out.writeByte(report.warnings().size());
    for (AudioWarning warning : report.warnings()) {
      out.writeUTF(warning.name());
    }
    out.flush();
  }

  public static Report readReport(DataInputStream in) throws IOException {
    return new Report(
        in.readInt(), in.readInt(), in.readLong(), in.readBoolean(), readWarnings(in));
  }

  /** Warnings that are not on the list come of a broken worker. */
  private static List<AudioWarning> readWarnings(DataInputStream in) throws IOException {
    List<AudioWarning> warnings = new ArrayList<>();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      String name = in.readUTF();
      try {
        warnings.add(AudioWarning.valueOf(name));
      } catch (IllegalArgumentException e) {
        throw new IOException("Unknown warning from decoder: " + name, e);
      }
    }
    return warnings;
  }

  static void writeFailure(DataOutputStream out, AudioException failure) throws IOException {
    out.writeByte(FAILED);
    out.writeUTF(failure.code().name());
    out.writeUTF(failure.getMessage());
    out.flush();
  }

  /** The failure that a worker reports; a code that is not on the list is a broken worker. */
  public static AudioException readFailure(DataInputStream in) throws IOException {
    String code = in.readUTF();
    String message = in.readUTF();
    try {
      return new AudioException(ErrorCode.valueOf(code), message);
    } catch (IllegalArgumentException e) {
      throw new IOException("Unknown error code from decoder: " + code, e);
    }
  }

  public static void writeSamples(DataOutputStream out, FloatBuffer samples) throws IOException {
    while (samples.hasRemaining()) {
      int count = Math.min(MAX_SAMPLES, samples.remaining());
      byte[] bytes = new byte[count * Float.BYTES];
      ByteBuffer.wrap(bytes)
          .order(ORDER)
          .asFloatBuffer()
          .put(samples.slice(samples.position(), count));
      samples.position(samples.position() + count);
      out.writeByte(SAMPLES);
      out.writeInt(count);
      out.write(bytes);
    }
  }

  public static float[] readSamples(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_SAMPLES) {
      throw new IOException("Invalid sample count from decoder: " + count);
    }
    byte[] bytes = in.readNBytes(count * Float.BYTES);
    float[] samples = new float[count];
    if (bytes.length != count * Float.BYTES) {
      throw new IOException("Unexpected end of the decoder's output");
    }
    ByteBuffer.wrap(bytes).order(ORDER).asFloatBuffer().get(samples);
    return samples;
  }
}
