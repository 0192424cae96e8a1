package io.espalier.spark.quarantine;

import io.espalier.files.Sha256;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.quarantine.Suspects.Batch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a local master computes, on disk: there the process that may die is the driver itself, so
 * only files can tell the next call. One file for each batch under way, named by process and task,
 * and one with the suspects of earlier processes.
 *
 * <p>A disk that cannot be written to costs the notes and nothing else.
 */
final class InFlightFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InFlightFiles.class);
  private static final String SUSPECTS = "suspects";
  private static final String BATCH = ".batch";
  private static final Pattern NAME = Pattern.compile("([0-9]{1,10}-[0-9]+)-[0-9]+[.]batch");
  private static final String PART = ".part";

  private final Path directory;
  private final String process = name(ProcessHandle.current());
  private final Thread hook = new Thread(this::close, "espalier-in-flight");
  private final Map<Long, Batch> underWay = new HashMap<>();
  private boolean closed;
  private boolean warned;

  /**
   * @param base of all jobs
   * @param job names what is computed; the next call of it must give the same
   */
  InFlightFiles(Path base, String job) {
    directory = base.resolve(Sha256.of(job).substring(0, 16));
    // A process that ends in good order suspects nobody.
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Finds what earlier processes have left, and tells it. */
  synchronized void restore(Suspects suspects) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      readSuspects(suspects);
      List<Path> left = left();
      List<Found> found = new ArrayList<>();
      for (Path file : left) {
        found.add(readBatch(file));
      }
      // Whoever was alone when its process died was a suspect before.
      found.sort(Comparator.comparing(each -> each.batch().alone()));
      found.forEach(each -> suspects.strike(each.batch(), each.loss()));
      if (!left.isEmpty()) {
        write(directory.resolve(SUSPECTS), out -> writeSuspects(out, suspects));
        for (Path file : left) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      warn(e);
    }
  }

  synchronized void begin(long attempt, Batch batch) {
    underWay.put(attempt, batch);
    writeBatch(attempt, batch, false);
  }

  synchronized void stalled(long attempt) {
    Batch batch = underWay.get(attempt);
    if (batch != null) {
      writeBatch(attempt, batch, true);
    }
  }

  synchronized void end(long attempt) {
    underWay.remove(attempt);
    delete(file(attempt));
  }

  /** The job is done: nobody is suspected any more. */
  synchronized void delete() {
    closed = true;
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(this::delete);
      } catch (IOException e) {
        warn(e);
      }
      delete(directory);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    underWay.keySet().forEach(attempt -> delete(file(attempt)));
    underWay.clear();
    if (Thread.currentThread() != hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is ending, and the hook does the same.
      }
    }
  }

  /** Files of processes that are gone. */
  private List<Path> left() throws IOException {
    List<Path> left = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && !isAlive(name.group(1))) {
          left.add(file);
        }
      }
    }
    return left;
  }

  private static boolean isAlive(String process) {
    return ProcessHandle.of(Long.parseLong(process.substring(0, process.indexOf('-'))))
        .map(InFlightFiles::name)
        .filter(process::equals)
        .isPresent();
  }

  /** Number and start of a process, since numbers are used again. */
  private static String name(ProcessHandle process) {
    long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return process.pid() + "-" + start;
  }

  private Path file(long attempt) {
    return directory.resolve(process + "-" + attempt + BATCH);
  }

  private void writeBatch(long attempt, Batch batch, boolean isStalled) {
    if (closed) {
      return;
    }
    try {
      Files.createDirectories(directory);
      write(
          file(attempt),
          out -> {
            out.writeBoolean(batch.alone());
            out.writeBoolean(isStalled);
            out.writeUTF(crashReport().toString());
            out.writeInt(batch.ids().size());
            for (String id : batch.ids()) {
              writeText(out, id);
            }
          });
    } catch (IOException e) {
      warn(e);
    }
  }

  /** Where the JVM writes what a fault in native code was, unless it was told another place. */
  private static Path crashReport() {
    return Path.of("hs_err_pid" + ProcessHandle.current().pid() + ".log").toAbsolutePath();
  }

  /** A batch that an earlier process did not end. */
  private record Found(Batch batch, Loss loss) {}

  private static Found readBatch(Path file) throws IOException {
    try (DataInputStream in = in(file)) {
      boolean alone = in.readBoolean();
      boolean isStalled = in.readBoolean();
      Path report = Path.of(in.readUTF());
      List<String> ids = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        ids.add(readText(in));
      }
      Batch batch = new Batch("", ids, alone);
      return new Found(batch, isStalled ? Loss.stalled() : loss(report));
    }
  }

  private static Loss loss(Path report) {
    return Files.exists(report)
        ? new Loss(Optional.of(ErrorCode.NATIVE_CRASH), "the JVM's report is " + report)
        : new Loss(
            Optional.of(ErrorCode.OUT_OF_MEMORY_KILLED),
            "without a report of the JVM, as when the system kills it for want of memory");
  }

  private static void writeSuspects(DataOutputStream out, Suspects suspects) throws IOException {
    Map<String, Integer> strikes = suspects.strikes();
    Map<String, Verdict> verdicts = suspects.known().verdicts();
    out.writeInt(strikes.size());
    for (Map.Entry<String, Integer> entry : strikes.entrySet()) {
      Verdict verdict = verdicts.get(entry.getKey());
      writeText(out, entry.getKey());
      out.writeInt(entry.getValue());
      out.writeUTF(verdict == null ? "" : verdict.code().name());
      writeText(out, verdict == null ? "" : verdict.message());
    }
  }

  private void readSuspects(Suspects suspects) throws IOException {
    Path file = directory.resolve(SUSPECTS);
    if (!Files.exists(file)) {
      return;
    }
    Map<String, Integer> strikes = new HashMap<>();
    Map<String, Verdict> verdicts = new HashMap<>();
    try (DataInputStream in = in(file)) {
      for (int left = in.readInt(); left > 0; left--) {
        String id = readText(in);
        strikes.put(id, in.readInt());
        String code = in.readUTF();
        String message = readText(in);
        if (!code.isEmpty()) {
          verdicts.put(id, new Verdict(ErrorCode.valueOf(code), message));
        }
      }
    }
    suspects.restore(strikes, verdicts);
  }

  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  /** All or nothing: the process may die at any time. */
  private static void write(Path file, Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      content.write(out);
    }
    Path part = file.resolveSibling(file.getFileName() + PART);
    Files.write(part, bytes.toByteArray());
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static DataInputStream in(Path file) throws IOException {
    return new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      warn(e);
    }
  }

  private void warn(IOException e) {
    if (!warned) {
      warned = true;
      LOG.warn(
          "Cannot note in {} which rows are computed: {}. If this process dies of a row, the next"
              + " call does not know which. Give another --in-flight-dir",
          directory,
          e.toString());
    }
  }
}
