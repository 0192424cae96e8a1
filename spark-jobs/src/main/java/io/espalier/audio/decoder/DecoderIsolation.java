package io.espalier.audio.decoder;

import io.espalier.audio.AudioLimits;
import io.espalier.audio.worker.DecoderProtocol;
import io.espalier.files.OwnDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between the decoder processes and their machine. Whether a kernel permits it is found
 * out by starting a decoder without a file, once per JVM.
 */
public final class DecoderIsolation {
  private static final Logger LOG = LoggerFactory.getLogger(DecoderIsolation.class);
  private static final Map<IsolationChoice, DecoderIsolation> FOUND =
      new EnumMap<>(IsolationChoice.class);

  private static final String CACHE = "org.bytedeco.javacpp.cachedir";

  /** The first start on a machine unpacks 65 MB of libraries. */
  private static final long TRIAL_MS = 120_000;

  private final List<String> prefix;
  private final boolean enclosed;
  private final String description;

  private DecoderIsolation(List<String> prefix, boolean enclosed, String description) {
    this.prefix = List.copyOf(prefix);
    this.enclosed = enclosed;
    this.description = description;
  }

  /**
   * The isolation of this JVM's decoders. The first call may start a few processes.
   *
   * @throws DecoderUnavailableException if it is required and cannot be had, or if others may
   *     change FFmpeg's libraries
   */
  public static DecoderIsolation of(IsolationChoice choice) {
    synchronized (FOUND) {
      return FOUND.computeIfAbsent(choice, wanted -> find(wanted, Enclosure::find));
    }
  }

  /** Has the next call look again: somebody may have deleted the unpacked libraries. */
  static void forget() {
    synchronized (FOUND) {
      FOUND.clear();
    }
  }

  /** What a decoder cannot reach, or why it can, and its limits. */
  public String text(AudioLimits limits) {
    return description + "; " + ProcessLimits.of(limits).text();
  }

  /** The command line of a decoder process for files within {@code limits}. */
  List<String> command(AudioLimits limits) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(ProcessLimits.of(limits).prefix(enclosed));
    command.addAll(DecoderCommand.worker());
    return command;
  }

  /**
   * Looks for the best isolation that works.
   *
   * @param programs where each is installed
   */
  static DecoderIsolation find(
      IsolationChoice choice, Function<Enclosure, Optional<Path>> programs) {
    requireOwnCache();
    if (choice == IsolationChoice.OFF) {
      return new DecoderIsolation(List.of(), false, "none: audio-isolation is off");
    }
    List<String> reasons = new ArrayList<>();
    for (Enclosure enclosure : Enclosure.values()) {
      if (choice == IsolationChoice.REQUIRED && enclosure != Enclosure.BUBBLEWRAP) {
        continue;
      }
      Optional<Path> program = programs.apply(enclosure);
      if (program.isEmpty()) {
        reasons.add(enclosure.program() + " is not installed");
        continue;
      }
      DecoderIsolation isolation =
          new DecoderIsolation(
              enclosure.prefix(program.get()),
              enclosure == Enclosure.BUBBLEWRAP,
              enclosure.description() + because(reasons));
      String problem = isolation.tryTwice();
      if (problem.isEmpty()) {
        return isolation;
      }
      reasons.add("%s fails (%s)".formatted(enclosure.program(), problem));
    }
    if (choice == IsolationChoice.REQUIRED) {
      throw new DecoderUnavailableException(
          ("Cannot decode audio: audio-isolation is required, but %s. Install bubblewrap and permit"
                  + " user namespaces, or set audio-isolation to auto")
              .formatted(String.join(", ", reasons)));
    }
    LOG.info("Decoder processes are not isolated: {}", String.join(", ", reasons));
    return new DecoderIsolation(List.of(), false, "none: " + String.join(", ", reasons));
  }

  private static String because(List<String> reasons) {
    return reasons.isEmpty() ? "" : ", because " + String.join(", ", reasons);
  }

  /**
   * Libraries that others can change must not run in our processes. A directory that the operator
   * names may be one of several users.
   */
  private static void requireOwnCache() {
    if (System.getProperty(CACHE) != null) {
      return;
    }
    Path cache = DecoderCommand.cache();
    Stream.of(
            // Whoever may rename the directory may put another in its place.
            OwnDirectory.problem(cache.getParent(), 0).stream(),
            OwnDirectory.problem(cache, 0).stream(),
            DecoderCommand.unpacked().stream()
                .flatMap(place -> OwnDirectory.problem(place, Integer.MAX_VALUE).stream()))
        .flatMap(problems -> problems)
        .findFirst()
        .ifPresent(
            problem -> {
              throw new DecoderUnavailableException(
                  ("Cannot load FFmpeg from %s: %s. Delete it, or name another directory with"
                          + " -D%s")
                      .formatted(cache, problem, CACHE));
            });
  }

  /** An enclosed process cannot unpack FFmpeg, so one outside may have to come first. */
  private String tryTwice() {
    AudioLimits limits = AudioLimits.defaults();
    String problem = tryOut(command(limits));
    if (problem.isEmpty()) {
      return problem;
    }
    String outside = tryOut(DecoderCommand.worker());
    return outside.isEmpty() ? tryOut(command(limits)) : problem;
  }

  /** Starts a process that gets no file; returns why it was not ready, empty if it was. */
  private static String tryOut(List<String> command) {
    Process process = null;
    try {
      process = DecoderProcess.launch(command);
      process.getOutputStream().close();
      if (!process.waitFor(TRIAL_MS, TimeUnit.MILLISECONDS)) {
        return "no answer within " + TRIAL_MS + " ms";
      }
      byte[] answer = process.getInputStream().readAllBytes();
      if (process.exitValue() == 0
          && answer.length == Integer.BYTES
          && ByteBuffer.wrap(answer).getInt() == DecoderProtocol.READY) {
        return "";
      }
      return "exit value " + process.exitValue() + lastLine(process.getErrorStream());
    } catch (IOException e) {
      return e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DecoderUnavailableException("Interrupted while starting a decoder process", e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }

  private static String lastLine(InputStream errors) throws IOException {
    String[] lines =
        new String(errors.readAllBytes(), StandardCharsets.UTF_8).strip().split("\\R", -1);
    String last = lines[lines.length - 1].strip();
    return last.isEmpty() ? "" : ", " + last;
  }
}
