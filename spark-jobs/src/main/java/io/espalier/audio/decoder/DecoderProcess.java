package io.espalier.audio.decoder;

import io.espalier.audio.AudioException;
import io.espalier.audio.Waveform;
import io.espalier.audio.worker.DecodeRequest;
import io.espalier.audio.worker.DecoderProtocol;
import io.espalier.audio.worker.DecoderProtocol.Report;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The parent's end of one decoder process. Used by one thread at a time. */
public final class DecoderProcess implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final long EXIT_WAIT_MS = 2_000;

  /**
   * Starts all processes and never ends: a sandboxed process dies with the thread that started it,
   * and not only with this JVM.
   */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "audio-decoder-starter");
            thread.setDaemon(true);
            return thread;
          });

  private final Process process;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final StderrTail stderr;
  private int served;
  private long busyNs;

  /**
   * What a process decoded.
   *
   * @param samples of the segment, at 16 kHz
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Decoded(float[] samples, Report report) {}

  private DecoderProcess(Process process) {
    this.process = process;
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
    in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    stderr = StderrTail.of(process.getErrorStream());
  }

  /** Starts a process; call {@link #awaitReady} before using it. */
  static DecoderProcess start(List<String> command) throws IOException {
    return new DecoderProcess(launch(command));
  }

  /** Starts a command without secrets; not to be used but for decoders and their trials. */
  static Process launch(List<String> command) throws IOException {
    ProcessBuilder builder = DecoderCommand.builder(command);
    try {
      return CompletableFuture.supplyAsync(() -> start(builder), STARTER).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the native libraries are loaded. */
  Void awaitReady() throws IOException {
    if (in.readInt() != DecoderProtocol.READY) {
      throw new IOException("The decoder uses another protocol");
    }
    return null;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Number of files given to this process. */
  int served() {
    return served;
  }

  /** How long it has worked on files, in ms. */
  long busyMs() {
    return TimeUnit.NANOSECONDS.toMillis(busyNs);
  }

  /**
   * Decodes one file. Blocks without regard to interrupts; {@link #close} from another thread ends
   * it.
   *
   * @param bytes end with the file; what stands before it stays here
   * @throws AudioException the file is bad, the process is well
   * @throws IOException the process is gone or talks nonsense; it must be closed
   */
  Decoded decode(DecodeRequest request, byte[] bytes) throws AudioException, IOException {
    served++;
    long start = System.nanoTime();
    try {
      return converse(request, bytes);
    } finally {
      busyNs += System.nanoTime() - start;
    }
  }

  private Decoded converse(DecodeRequest request, byte[] bytes) throws AudioException, IOException {
    DecoderProtocol.writeRequest(out, request);
    out.write(bytes, bytes.length - request.length(), request.length());
    out.flush();
    long expected = maxSamples(request);
    List<float[]> parts = new ArrayList<>();
    long count = 0;
    while (true) {
      int message = in.readByte();
      switch (message) {
        case DecoderProtocol.SAMPLES -> {
          float[] part = DecoderProtocol.readSamples(in);
          count += part.length;
          if (count > expected) {
            throw new IOException("The decoder sent more samples than requested");
          }
          parts.add(part);
        }
        case DecoderProtocol.DONE -> {
          Report report = DecoderProtocol.readReport(in);
          return new Decoded(join(parts, Math.toIntExact(count)), report);
        }
        case DecoderProtocol.FAILED -> throw DecoderProtocol.readFailure(in);
        default -> throw new IOException("Unknown message from decoder: " + message);
      }
    }
  }

  /** A broken decoder must not fill this JVM's memory. */
  private static long maxSamples(DecodeRequest request) {
    long longest = (long) Math.ceil(request.limits().maxDurationS() + 1) * Waveform.SAMPLE_RATE;
    return Math.min(longest, request.segment().stop() - request.segment().start());
  }

  private static float[] join(List<float[]> parts, int count) {
    float[] samples = new float[count];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, samples, at, part.length);
      at += part.length;
    }
    return samples;
  }

  /** Kills the process and returns how it ended. */
  String end() throws InterruptedException {
    boolean ended = process.waitFor(EXIT_WAIT_MS, TimeUnit.MILLISECONDS);
    close();
    String how = ended ? "exit value " + process.exitValue() : "broken protocol";
    String last = stderr.text();
    return last.isEmpty() ? how : how + ", " + last;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    // The process reaper closes the streams: closing them here might wait for a reader.
  }

  /**
   * The last line that a process wrote to standard error; reading continues so that it does not
   * block.
   */
  private static final class StderrTail implements Runnable {
    private static final int KEPT = 512;

    private final InputStream in;
    private final StringBuilder tail = new StringBuilder();

    private StderrTail(InputStream in) {
      this.in = in;
    }

    static StderrTail of(InputStream in) {
      StderrTail tail = new StderrTail(in);
      Thread thread = new Thread(tail, "audio-decoder-stderr");
      thread.setDaemon(true);
      thread.start();
      return tail;
    }

    @Override
    public void run() {
      byte[] buffer = new byte[KEPT];
      try {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
      } catch (IOException e) {
        append("");
      }
    }

    private synchronized void append(String text) {
      tail.append(text);
      tail.delete(0, Math.max(0, tail.length() - KEPT));
    }

    synchronized String text() {
      return tail.toString().strip();
    }
  }
}
