package io.espalier.spark.storage;

import io.espalier.audio.AudioException;
import io.espalier.conf.Shown;
import io.espalier.outcome.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Distinguishes the exceptions that a storage throws: those of one row from those of the storage.
 */
public final class StorageFaults {
  private StorageFaults() {}

  /**
   * The file system of a row's audio.
   *
   * @throws AudioException if there is none for this scheme or host
   * @throws StorageException if it does not answer
   */
  public static FileSystem open(Configuration hadoop, Path path) throws AudioException {
    try {
      return path.getFileSystem(hadoop);
    } catch (IOException | RuntimeException | LinkageError e) {
      requireAnswer(path.toString(), e);
      throw new AudioException(
          ErrorCode.AUDIO_STORAGE_UNAVAILABLE,
          ("Cannot read audio: no file system opens the storage of %s: %s."
                      + " Correct the URI, or add the")
                  .formatted(Shown.name(path.toString()), reason(e))
              + " storage's connector to the class path");
    }
  }

  public static AudioException unreadable(String text, Throwable e) {
    if (causedBy(e, UnknownHostException.class)) {
      return new AudioException(
          ErrorCode.AUDIO_STORAGE_UNAVAILABLE,
          "Cannot read audio: the host of %s is unknown: %s. Correct the URI"
              .formatted(Shown.name(text), reason(e)));
    }
    return new AudioException(
        ErrorCode.AUDIO_UNREADABLE,
        "Cannot read audio: the storage of %s answers but does not return the file: %s"
            .formatted(Shown.name(text), reason(e)));
  }

  /** Whether the storage has refused clearly, so that a retry is useless. */
  public static boolean isRefusal(IOException e) {
    return e instanceof AccessControlException || e instanceof AccessDeniedException;
  }

  /**
   * Returns if the exception concerns only one row.
   *
   * @throws StorageException if there was no answer at all
   */
  public static void requireAnswer(String text, Throwable e) {
    if (causedBy(e, SocketException.class) || causedBy(e, SocketTimeoutException.class)) {
      throw new StorageException(
          "Cannot reach the storage of %s: %s".formatted(Shown.name(text), e.getMessage()), e);
    }
  }

  public static void requireNotInterrupted(Throwable e) throws InterruptedException {
    // A socket timeout is also an InterruptedIOException, but not an interruption.
    if (Thread.currentThread().isInterrupted()
        || e instanceof ClosedByInterruptException
        || e.getClass() == InterruptedIOException.class) {
      throw new InterruptedException("Interrupted while reading audio");
    }
  }

  private static boolean causedBy(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable e) {
    return Shown.name(e.toString());
  }
}
