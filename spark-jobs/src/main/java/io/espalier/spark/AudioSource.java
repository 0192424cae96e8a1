package io.espalier.spark;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.audio.ErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * The bytes behind the {@code audio} column. Thread-safe.
 *
 * <p>A file that is missing, refused or damaged is its row's failure. A storage that does not
 * answer is nobody's: if a file's status cannot be asked for, or cannot be asked for again after a
 * failed read, a {@link StorageException} ends the task.
 */
final class AudioSource {
  private static final int READ_ATTEMPTS = 3;
  private static final long PAUSE_MS = 200;

  private final Configuration hadoop;
  private final List<String> schemes;
  private final AudioLimits limits;

  /**
   * @param schemes allowed URI schemes, in lower case
   */
  AudioSource(Configuration hadoop, List<String> schemes, AudioLimits limits) {
    this.hadoop = hadoop;
    this.schemes = List.copyOf(schemes);
    this.limits = limits;
  }

  /**
   * The bytes of one row.
   *
   * @param bytes the sound file itself, or null
   * @param path its URI, looked at only if there are no bytes; or null
   * @throws AudioException this row cannot have its audio
   * @throws StorageException no row can
   */
  byte[] read(byte[] bytes, String path) throws AudioException, InterruptedException {
    if (bytes != null) {
      limits.checkBytes(bytes.length);
      return bytes;
    }
    if (path == null || path.isBlank()) {
      throw new AudioException(
          ErrorCode.INVALID_ROW, "Cannot read audio: the row has neither bytes nor a path");
    }
    return read(allowed(path));
  }

  private Path allowed(String text) throws AudioException {
    Path path;
    try {
      path = new Path(text);
    } catch (IllegalArgumentException e) {
      throw new AudioException(
          ErrorCode.INVALID_ROW,
          "Cannot read audio: '%s' is no URI: %s".formatted(text, e.getMessage()));
    }
    if (!path.isAbsolute()) {
      // A task's working directory is nobody's.
      throw new AudioException(
          ErrorCode.INVALID_ROW,
          "Cannot read audio: '%s' is a relative path, which a table cannot have. Write the whole path"
              .formatted(text));
    }
    String scheme = path.toUri().getScheme();
    String effective = scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme;
    if (!schemes.contains(effective.toLowerCase(Locale.ROOT))) {
      throw new AudioException(
          ErrorCode.AUDIO_SCHEME_REFUSED,
          "Cannot read audio: scheme %s of %s is not one of %s. Copy the file or add the scheme"
              .formatted(effective, text, String.join(", ", schemes)));
    }
    return path;
  }

  private byte[] read(Path path) throws AudioException, InterruptedException {
    FileSystem fileSystem = open(path);
    IOException last = null;
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      if (attempt > 0) {
        Thread.sleep(PAUSE_MS << attempt);
      }
      // Asked again after a failure: a storage that still answers has a bad file.
      FileStatus status = status(fileSystem, path);
      if (status.isDirectory()) {
        throw new AudioException(
            ErrorCode.AUDIO_NOT_A_FILE, "Cannot read audio: %s is a directory".formatted(path));
      }
      limits.checkBytes(status.getLen());
      try (FSDataInputStream in = fileSystem.open(path)) {
        byte[] bytes = new byte[(int) status.getLen()];
        in.readFully(bytes);
        return bytes;
      } catch (IOException e) {
        requireNotInterrupted(e);
        requireOfStorage(path, e);
        last = e;
      }
    }
    throw unreadable(path, last);
  }

  private FileSystem open(Path path) throws AudioException {
    try {
      return path.getFileSystem(hadoop);
    } catch (IOException | RuntimeException e) {
      // Hadoop reports a driver that is not on the class path by a plain RuntimeException.
      throw new StorageException(
          "Cannot open the file system of %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static FileStatus status(FileSystem fileSystem, Path path)
      throws AudioException, InterruptedException {
    try {
      return fileSystem.getFileStatus(path);
    } catch (IOException e) {
      requireNotInterrupted(e);
      requireOfStorage(path, e);
      throw new StorageException(
          "Cannot reach the storage of %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static void requireNotInterrupted(IOException e) throws InterruptedException {
    // A socket's own timeout is of this type too, and no interruption.
    if (Thread.currentThread().isInterrupted() || e.getClass() == InterruptedIOException.class) {
      throw new InterruptedException("Interrupted while reading audio");
    }
  }

  /** Gives up at once where the storage has answered, and clearly. */
  private static void requireOfStorage(Path path, IOException e) throws AudioException {
    if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
      throw new AudioException(
          ErrorCode.AUDIO_NOT_FOUND, "Cannot read audio: there is nothing at %s".formatted(path));
    }
    if (e instanceof AccessControlException || e instanceof AccessDeniedException) {
      throw unreadable(path, e);
    }
  }

  private static AudioException unreadable(Path path, IOException e) {
    return new AudioException(
        ErrorCode.AUDIO_UNREADABLE,
        "Cannot read audio: the storage of %s answers and does not give its bytes: %s"
            .formatted(path, e));
  }
}
