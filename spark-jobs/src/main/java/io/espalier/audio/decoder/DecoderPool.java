package io.espalier.audio.decoder;

import io.espalier.audio.AudioException;
import io.espalier.audio.decoder.DecoderProcess.Decoded;
import io.espalier.audio.worker.DecodeRequest;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A limited number of decoder processes, started on first use and reused. A process that died, hung
 * or served many files is replaced.
 */
final class DecoderPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderPool.class);

  /** Failed opens may leak a little native memory, so no process lives for ever. */
  static final int FILES_PER_PROCESS = 500;

  private static final int START_ATTEMPTS = 3;

  /** The first start on a machine unpacks 65 MB of libraries. */
  private static final long START_TIMEOUT_MS = 120_000;

  private final Supplier<List<String>> command;
  private final Semaphore permits;
  private final Queue<DecoderProcess> idle = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger started = new AtomicInteger();

  /** Conversations run here so that the caller can stop waiting. */
  private final ExecutorService conversations;

  /**
   * @param command of a process; asked for at every start
   * @param processes how many may run at once
   */
  DecoderPool(Supplier<List<String>> command, int processes) {
    this.command = command;
    permits = new Semaphore(processes);
    AtomicInteger number = new AtomicInteger();
    conversations =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "audio-decoder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Decodes one file in a process of the pool.
   *
   * @throws AudioException the file's failure, {@link ErrorCode#AUDIO_DECODER_CRASHED} and {@link
   *     ErrorCode#AUDIO_DECODE_TIMEOUT} included
   * @throws DecoderUnavailableException no process can be started
   */
  Decoded decode(DecodeRequest request, byte[] bytes) throws AudioException, InterruptedException {
    permits.acquire();
    try {
      if (closed.get()) {
        throw new IllegalStateException("Cannot decode audio: the decoder is closed");
      }
      DecoderProcess process = take();
      boolean healthy = false;
      try {
        Decoded decoded = converse(process, request, bytes);
        healthy = true;
        return decoded;
      } catch (AudioException e) {
        healthy = process.isAlive() && isOfTheFile(e.code());
        throw e;
      } finally {
        giveBack(process, healthy, request.limits().timeoutMs());
      }
    } finally {
      permits.release();
    }
  }

  /** Processes started so far. */
  int started() {
    return started.get();
  }

  private static boolean isOfTheFile(ErrorCode code) {
    return code != ErrorCode.AUDIO_DECODER_CRASHED && code != ErrorCode.AUDIO_DECODE_TIMEOUT;
  }

  private Decoded converse(DecoderProcess process, DecodeRequest request, byte[] bytes)
      throws AudioException, InterruptedException {
    long timeoutMs = request.limits().timeoutMs();
    try {
      return await(() -> process.decode(request, bytes), timeoutMs);
    } catch (TimeoutException e) {
      throw new AudioException(
          ErrorCode.AUDIO_DECODE_TIMEOUT,
          String.format(
              Locale.ROOT,
              "Cannot decode audio: it takes more than %d ms. Split the file or raise the limit",
              timeoutMs));
    } catch (IOException e) {
      throw new AudioException(
          ErrorCode.AUDIO_DECODER_CRASHED,
          "Cannot decode audio: the decoder process ended on this file (%s). Convert the file again"
              .formatted(process.end()));
    }
  }

  private DecoderProcess take() throws InterruptedException {
    for (DecoderProcess process = idle.poll(); process != null; process = idle.poll()) {
      if (process.isAlive()) {
        return process;
      }
    }
    String reason = "";
    List<String> line = command.get();
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        DecoderProcess process = DecoderProcess.start(line);
        started.incrementAndGet();
        reason = awaitReady(process);
        if (reason.isEmpty()) {
          return process;
        }
      } catch (IOException e) {
        reason = e.getMessage();
      }
    }
    DecoderIsolation.forget();
    throw new DecoderUnavailableException(
        String.format(
            Locale.ROOT,
            "Cannot start a decoder process after %d attempts: %s. The command is %s",
            START_ATTEMPTS,
            reason,
            String.join(" ", line)));
  }

  /** Returns why the process is unusable; empty if it is ready. */
  private String awaitReady(DecoderProcess process) throws InterruptedException {
    boolean ready = false;
    try {
      await(process::awaitReady, START_TIMEOUT_MS);
      ready = true;
      return "";
    } catch (TimeoutException e) {
      return String.format(Locale.ROOT, "no answer within %d ms", START_TIMEOUT_MS);
    } catch (IOException | AudioException e) {
      return process.end();
    } finally {
      if (!ready) {
        process.close();
      }
    }
  }

  private <T> T await(Callable<T> conversation, long timeoutMs)
      throws InterruptedException, TimeoutException, AudioException, IOException {
    Future<T> answer = conversations.submit(conversation);
    try {
      return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AudioException failure) {
        throw failure;
      }
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error; // This JVM is out of memory, for example; no row can say so.
      }
      throw new IllegalStateException("Cannot communicate with the decoder process", e.getCause());
    }
  }

  /**
   * @param shareMs how long one process may work, so that the limit of its CPU time never ends an
   *     honest file
   */
  private void giveBack(DecoderProcess process, boolean healthy, long shareMs) {
    boolean fresh = process.served() < FILES_PER_PROCESS && process.busyMs() < shareMs;
    if (healthy && fresh) {
      idle.add(process);
      if (!closed.get()) {
        return;
      }
      idle.remove(process);
    }
    process.close();
    if (!closed.get()) {
      LOG.info(
          "Replaced a decoder process after {} files: {}",
          process.served(),
          healthy ? "it has served its share" : "it ended, or did not answer in time");
    }
  }

  @Override
  public void close() {
    closed.set(true);
    for (DecoderProcess process = idle.poll(); process != null; process = idle.poll()) {
      process.close();
    }
    conversations.shutdown();
  }
}
