package io.espalier.spark.storage;

import io.espalier.conf.Shown;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lists the audio files below a local directory. Every directory is listed once, however many links
 * point to it, under its own name if it is below the root, so circular links end.
 */
public final class LocalListing {
  private final Path root;
  private final Deque<Path> directories = new ArrayDeque<>();
  private final Deque<Path> links = new ArrayDeque<>();
  private final Set<Path> listed = new HashSet<>();
  private final Set<Path> realFiles = new HashSet<>();
  private final List<ListedAudio.File> files = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private interface Step {
    void take(Path path) throws IOException;
  }

  private LocalListing(Path root) {
    this.root = root;
  }

  /**
   * Lists a directory.
   *
   * @throws IOException if it cannot be opened itself
   */
  public static ListedAudio of(Path root) throws IOException {
    LocalListing listing = new LocalListing(root);
    listing.list(root);
    listing.run();
    return new ListedAudio(List.copyOf(listing.files), List.copyOf(listing.leftOut));
  }

  private void run() {
    // Links come last, so that their targets are listed under their own names.
    while (!directories.isEmpty() || !links.isEmpty()) {
      if (!directories.isEmpty()) {
        attempt(directories.remove(), "deleted meanwhile", this::list);
      } else {
        attempt(links.remove(), "a broken link", this::follow);
      }
    }
  }

  /** Takes one step; a failure leaves out only its own name. */
  private void attempt(Path path, String ifMissing, Step step) {
    try {
      step.take(path);
    } catch (NoSuchFileException e) {
      leave(path, ifMissing);
    } catch (AccessDeniedException e) {
      leave(path, "permission denied");
    } catch (IOException e) {
      leave(path, Shown.name(String.valueOf(e.getMessage())));
    }
  }

  private void list(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!listed.add(real)) {
      leave(directory, "a directory that is already listed");
      return;
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(null);
    for (Path entry : entries) {
      attempt(entry, "deleted meanwhile", path -> take(path, real));
    }
  }

  private void take(Path entry, Path realDirectory) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (found.isSymbolicLink()) {
      links.add(entry);
    } else if (found.isDirectory()) {
      directories.add(entry);
    } else if (isAudio(entry)) {
      realFiles.add(realDirectory.resolve(entry.getFileName()));
      addFile(entry, found);
    }
  }

  private void follow(Path link) throws IOException {
    BasicFileAttributes found = Files.readAttributes(link, BasicFileAttributes.class);
    if (found.isDirectory()) {
      list(link);
    } else if (isAudio(link)) {
      if (realFiles.contains(link.toRealPath())) {
        leave(link, "a link to a file that is already listed");
      } else {
        addFile(link, found);
      }
    }
  }

  private void addFile(Path file, BasicFileAttributes found) {
    if (!found.isRegularFile()) {
      leave(file, "a pipe or a device, not a file");
      return;
    }
    Optional<String> name = LocalNames.text(file);
    String escaped = LocalNames.escaped(file);
    files.add(
        new ListedAudio.File(
            id(file), name.map(text -> "file:" + text).orElseGet(() -> "file://" + escaped)));
  }

  private void leave(Path path, String reason) {
    leftOut.add("%s (%s)".formatted(Shown.name(id(path)), reason));
  }

  /** The path below the root; percent-encoded where it is not UTF-8. */
  private String id(Path path) {
    Optional<String> below = LocalNames.text(root);
    Optional<String> name = LocalNames.text(path);
    return below.isPresent() && name.isPresent()
        ? behind(below.get(), name.get())
        : behind(LocalNames.escaped(root), LocalNames.escaped(path));
  }

  private static String behind(String root, String path) {
    return path.length() <= root.length()
        ? path
        : path.substring(root.endsWith("/") ? root.length() : root.length() + 1);
  }

  private static boolean isAudio(Path file) {
    return ListedAudio.isAudio(
        LocalNames.lastPart(file)
            .orElseGet(
                () -> {
                  String escaped = LocalNames.escaped(file);
                  return escaped.substring(escaped.lastIndexOf('/') + 1);
                }));
  }
}
