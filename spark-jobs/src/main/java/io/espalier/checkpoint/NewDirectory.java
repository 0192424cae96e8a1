package io.espalier.checkpoint;

import io.espalier.files.Directories;
import io.espalier.files.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all: it is filled under another name next to its target,
 * and {@link #commit} renames it. Without a commit, closing it or interrupting the process removes
 * it.
 */
public final class NewDirectory implements Closeable {
  private final Path target;
  private final Path working;
  private final Thread removal;

  private NewDirectory(Path target, Path working) {
    this.target = target;
    this.working = working;
    this.removal = new Thread(() -> remove(working, sibling(target, "gone")), "remove " + working);
    Runtime.getRuntime().addShutdownHook(removal);
  }

  /**
   * Begins a directory that will take its place beside others.
   *
   * @param overwrite whether a bundle may stand at {@code target}; anything else there is never
   *     touched
   * @throws MalformedFileException if the target is in use
   */
  public static NewDirectory beside(Path target, boolean overwrite) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    checkTarget(absolute, overwrite);
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new MalformedFileException("Cannot write bundle: " + target + " is the root directory");
    }
    Files.createDirectories(parent);
    // Known to the shutdown hook before it is there, or a signal in between would leave it.
    NewDirectory directory = new NewDirectory(absolute, sibling(absolute, "new"));
    try {
      Files.createDirectory(directory.working);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    return directory;
  }

  /** The directory to write files to. */
  public Path path() {
    return working;
  }

  /** Puts the directory in its place. */
  public void commit() throws IOException {
    if (!Files.exists(target)) {
      Files.move(working, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = Files.move(target, sibling(target, "old"), StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(working, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    Directories.deleteRecursively(old);
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(removal);
    } catch (IllegalStateException e) {
      return; // The process ends, and the hook removes the directory.
    }
    if (Files.exists(working)) {
      Directories.deleteRecursively(working);
    }
  }

  /**
   * Moved away first: an interrupted writer goes on while the process ends, and what it would add
   * under the old name fails.
   */
  private static void remove(Path directory, Path gone) {
    try {
      Files.move(directory, gone, StandardCopyOption.ATOMIC_MOVE);
      Directories.deleteRecursively(gone);
    } catch (NoSuchFileException e) {
      return; // Committed, or not made yet.
    } catch (IOException e) {
      System.err.println("Cannot delete temporary directory: " + directory + " (" + e + ")");
    }
  }

  private static void checkTarget(Path target, boolean overwrite) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new MalformedFileException("Cannot write bundle: " + target + " is a file");
    }
    boolean bundle = Files.exists(target.resolve(BundleManifest.NAME));
    try (Stream<Path> children = Files.list(target)) {
      if (children.findAny().isPresent() && !(bundle && overwrite)) {
        throw new MalformedFileException(
            "Cannot write bundle: directory %s is not empty. %s"
                .formatted(
                    target,
                    bundle
                        ? "Replace the bundle with --force"
                        : "It is not a bundle, so --force does not replace it either. Give another"
                            + " directory"));
      }
    }
  }

  private static Path sibling(Path target, String purpose) {
    return target.resolveSibling(
        "." + target.getFileName() + "." + purpose + "-" + UUID.randomUUID());
  }
}
