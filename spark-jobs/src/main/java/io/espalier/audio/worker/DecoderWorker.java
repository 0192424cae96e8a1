package io.espalier.audio.worker;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

import io.espalier.audio.AudioException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.javacpp.Loader;

/**
 * The decoder process: reads files from standard input, writes samples to standard output, and ends
 * when its input ends, so it never outlives its parent.
 */
public final class DecoderWorker {
  private static final int BUFFER = 1 << 16;

  /** No honest audio file makes FFmpeg ask for a larger piece of memory at once. */
  private static final long MAX_ALLOCATION = 256L << 20;

  private DecoderWorker() {}

  /** Serves files until standard input ends. */
  public static void main(String[] args) throws IOException {
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
    // Nothing but the protocol may reach standard output.
    System.setOut(System.err);
    DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER));
    loadNatives();
    Deadline deadline = Deadline.start();
    try (NativeInput input = new NativeInput()) {
      out.writeInt(DecoderProtocol.READY);
      out.flush();
      Optional<DecodeRequest> request = DecoderProtocol.readRequest(in);
      while (request.isPresent()) {
        serve(request.get(), in, out, input, deadline);
        request = DecoderProtocol.readRequest(in);
      }
    }
  }

  private static void serve(
      DecodeRequest request,
      DataInputStream in,
      DataOutputStream out,
      NativeInput input,
      Deadline deadline)
      throws IOException {
    deadline.set(request.limits().timeoutMs());
    input.load(in, request.length());
    try {
      SampleSink sink = new SampleSink(out, request.segment());
      DecoderProtocol.writeReport(out, new NativeDecoder(request, sink).decode(input));
    } catch (AudioException e) {
      DecoderProtocol.writeFailure(out, e);
    }
    deadline.clear();
  }

  private static void loadNatives() {
    Loader.load(avcodec.class);
    Loader.load(avformat.class);
    Loader.load(swresample.class);
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(MAX_ALLOCATION);
  }
}
