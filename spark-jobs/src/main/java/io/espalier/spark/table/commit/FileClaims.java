package io.espalier.spark.table.commit;

import io.espalier.files.Sha256;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the drivers of one run of a directory apart, with files in a folder beside it. A driver
 * that starts leaves a claim, then waits until no other driver writes. A driver that writes leaves
 * a mark, then looks whether its claim is still the newest one. So either the older driver sees the
 * claim and writes nothing, or the newer one sees the mark and waits (Dekker's rule), as long as
 * the storage lists a file at once when it has been made.
 *
 * <p>A mark is renewed while its driver lives. One that is not renewed for {@link #DEAD} belongs to
 * a dead driver, and so does one of a process of this machine that is gone.
 */
final class FileClaims {
  /** A mark that has not been renewed for so long belongs to nobody. */
  static final Duration DEAD = Duration.ofSeconds(60);

  private static final Duration RENEWAL = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final String CLAIM = "claim-";
  private static final String WRITING = "writing-";

  private static final Logger LOG = LoggerFactory.getLogger(FileClaims.class);

  private final FileSystem fs;
  private final Path folder;
  private final String run;
  private final String table;
  private final DriverProcessId process;
  private final Duration dead;
  private String claim = "";

  /**
   * @param table its directory
   * @param process that this is
   * @param dead see {@link #DEAD}
   */
  FileClaims(FileSystem fs, Path table, String run, DriverProcessId process, Duration dead) {
    this.fs = fs;
    this.folder =
        Storage.child(
            table.getParent(), ".%s.claims-%.16s".formatted(table.getName(), Sha256.of(run)));
    this.run = run;
    this.table = table.toString();
    this.process = process;
    this.dead = dead;
  }

  /** Takes the run over, and waits until no other driver writes. */
  void claim() {
    try {
      fs.mkdirs(folder);
      List<String> before = claims();
      long number = before.stream().mapToLong(FileClaims::number).max().orElse(0) + 1;
      claim = String.format(Locale.ROOT, "%s%012d-%s", CLAIM, number, UUID.randomUUID());
      write(Storage.child(folder, claim));
      // Older claims say nothing any more, now that there is a newer one.
      for (String old : before) {
        fs.delete(Storage.child(folder, old), false);
      }
      Optional<FileStatus> other = writing();
      while (other.isPresent()) {
        awaitEnd(other.get());
        other = writing();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot claim run %s of %s: %s".formatted(run, table, e.getMessage()), e);
    }
  }

  /**
   * Writes, if this driver still has the run.
   *
   * @throws TakenOverException if it has not; nothing is written then
   */
  void write(Runnable action) {
    Path mark = Storage.child(folder, WRITING + process.text() + "-" + UUID.randomUUID());
    try {
      write(mark);
      Thread renewal = new Thread(() -> renew(mark), "espalier-mark");
      renewal.setDaemon(true);
      renewal.start();
      try {
        requireOurs();
        action.run();
      } finally {
        renewal.interrupt();
        renewal.join();
        fs.delete(mark, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to %s: %s".formatted(table, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted after a write to " + table, e);
    }
  }

  private void requireOurs() throws IOException {
    String newest = claims().stream().max(Comparator.naturalOrder()).orElse("");
    if (!newest.equals(claim)) {
      throw new TakenOverException(
          ("Cannot go on: another driver has taken over run %s of %s and computes what is missing."
                  + " Let it finish, or start this one again once it has ended")
              .formatted(run, table),
          false);
    }
  }

  /** Until interrupted. */
  private void renew(Path mark) {
    while (true) {
      try {
        Thread.sleep(RENEWAL.toMillis());
        write(mark);
      } catch (InterruptedException | InterruptedIOException e) {
        return;
      } catch (IOException e) {
        // The next one may succeed; without any, the mark counts as a dead driver's.
        LOG.warn("Cannot renew {}: {}", mark, e.getMessage());
      }
    }
  }

  private void write(Path file) throws IOException {
    try (var out = fs.create(file, true)) {
      out.write(Long.toString(System.nanoTime()).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private List<String> claims() throws IOException {
    return Stream.of(fs.listStatus(folder))
        .map(status -> status.getPath().getName())
        .filter(name -> name.startsWith(CLAIM))
        .toList();
  }

  private Optional<FileStatus> writing() throws IOException {
    return Stream.of(fs.listStatus(folder))
        .filter(status -> status.getPath().getName().startsWith(WRITING))
        .findFirst();
  }

  private static long number(String claim) {
    return Long.parseLong(claim.substring(CLAIM.length(), claim.indexOf('-', CLAIM.length())));
  }

  /** Waits until a mark goes, and removes it if its driver is dead. */
  private void awaitEnd(FileStatus mark) throws IOException {
    String owner = mark.getPath().getName().substring(WRITING.length());
    long renewed = mark.getModificationTime();
    long since = System.nanoTime();
    while (fs.exists(mark.getPath())) {
      long now = fs.getFileStatus(mark.getPath()).getModificationTime();
      if (now != renewed) {
        renewed = now;
        since = System.nanoTime();
      }
      boolean silent = System.nanoTime() - since > dead.toNanos();
      if (silent || process.isGone(owner)) {
        fs.delete(mark.getPath(), false);
        return;
      }
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while another driver writes", e);
      }
    }
  }
}
