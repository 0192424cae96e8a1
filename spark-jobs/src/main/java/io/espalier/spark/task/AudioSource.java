package io.espalier.spark.task;

import io.espalier.audio.AudioException;
import io.espalier.audio.AudioLimits;
import io.espalier.conf.Shown;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.storage.LocalNames;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.storage.StorageException;
import io.espalier.spark.storage.StorageFaults;
import io.espalier.spark.storage.StoredAudio;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the bytes of the {@code audio} column. Thread-safe.
 *
 * <p>A file that is missing, refused or damaged, an impossible name or an unsupported scheme fails
 * only its own row, whatever a file system throws. Only a storage that does not answer ends the
 * task, with a {@link StorageException}.
 */
public final class AudioSource {
  private static final Logger LOG = LoggerFactory.getLogger(AudioSource.class);

  private static final int READ_ATTEMPTS = 3;
  private static final long PAUSE_MS = 200;

  /** Largest read: Java keeps an off-heap buffer of the largest read of each thread. */
  private static final int MOST_AT_ONCE = 1 << 16;

  private final Configuration hadoop;
  private final List<String> schemes;
  private final AudioLimits limits;

  /** Reads what the rules allow. */
  public AudioSource(Configuration hadoop, AudioRules rules) {
    this.hadoop = hadoop;
    this.schemes = rules.schemes();
    this.limits = rules.limits();
  }

  /**
   * The bytes of one row.
   *
   * @param bytes the sound file itself, or null
   * @param path its URI, looked at only if there are no bytes; or null
   * @throws AudioException this row cannot have its audio
   * @throws StorageException no row can
   */
  public byte[] read(byte[] bytes, String path) throws AudioException, InterruptedException {
    if (bytes != null) {
      limits.checkBytes(bytes.length);
      return bytes;
    }
    if (path == null || path.isBlank()) {
      throw new AudioException(
          ErrorCode.INVALID_ROW, "Cannot read audio: the row has neither bytes nor a path");
    }
    AudioName name = AudioName.of(path);
    try {
      return read(name);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException | LinkageError | FSError e) {
      // Hadoop's file systems throw these for odd names and for disk errors.
      StorageFaults.requireNotInterrupted(e);
      throw StorageFaults.unreadable(path, e);
    }
  }

  private byte[] read(AudioName name) throws AudioException, InterruptedException {
    AudioException missing = null;
    for (StoredAudio place : places(name)) {
      try {
        return read(name, place);
      } catch (AudioException e) {
        if (e.code() != ErrorCode.AUDIO_NOT_FOUND) {
          throw e;
        }
        missing = e;
      }
    }
    throw missing;
  }

  /**
   * The possible locations of a name: as written and, if nothing is there, with its escapes
   * decoded.
   */
  private List<StoredAudio> places(AudioName name) throws AudioException {
    if (name.isRelative()) {
      // A task's working directory has no meaning for the user.
      throw AudioName.invalid(
          name.text(),
          "is a relative path, which a table cannot contain",
          name.text().startsWith("~")
              ? "Write the absolute path: a ~ is not expanded"
              : "Write the absolute path");
    }
    String scheme = Storage.scheme(hadoop, name.scheme().orElse(null));
    if (!schemes.contains(scheme)) {
      throw new AudioException(
          ErrorCode.AUDIO_SCHEME_REFUSED,
          String.format(
              Locale.ROOT,
              "Cannot read audio: scheme %s of %s is not one of %s. Copy the file or add the"
                  + " scheme",
              scheme,
              Shown.name(name.text()),
              String.join(", ", schemes)));
    }
    List<StoredAudio> places = new ArrayList<>();
    try {
      if (Storage.isLocal(hadoop, scheme)) {
        places.add(new StoredAudio.OnDisk(LocalNames.path(name.path())));
        if (name.scheme().isPresent()) {
          LocalNames.unescaped(name.path()).map(StoredAudio.OnDisk::new).ifPresent(places::add);
        }
        return places;
      }
      Path path = new Path(name.text());
      FileSystem fileSystem = StorageFaults.open(hadoop, path);
      places.add(new StoredAudio.InStorage(fileSystem, path));
      if (name.scheme().isPresent() && LocalNames.hasEscapes(name.path())) {
        String host = path.toUri().getAuthority();
        LocalNames.unescapedText(name.path())
            .map(text -> new Path(name.scheme().get(), host, text))
            .ifPresent(decoded -> places.add(new StoredAudio.InStorage(fileSystem, decoded)));
      }
      return places;
    } catch (InvalidPathException e) {
      throw AudioName.invalid(name.text(), "is not a file name: " + e.getReason(), "Give another");
    } catch (IllegalArgumentException e) {
      throw AudioName.invalid(name.text(), "is not a URI: " + e.getMessage(), "Give another");
    }
  }

  private byte[] read(AudioName name, StoredAudio place)
      throws AudioException, InterruptedException {
    IOException last = null;
    for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
      if (attempt > 0) {
        LOG.info("Reading {} again, attempt {}: {}", name.text(), attempt + 1, last.toString());
        Thread.sleep(PAUSE_MS << attempt);
      }
      // Checked again after a failure: if the storage still answers, the file is bad.
      long bytes = bytes(name, place);
      try (InputStream in = place.open()) {
        return read(in, (int) bytes);
      } catch (IOException e) {
        StorageFaults.requireNotInterrupted(e);
        requireThere(name, e);
        if (StorageFaults.isRefusal(e)) {
          throw StorageFaults.unreadable(name.text(), e);
        }
        last = e;
      }
    }
    throw StorageFaults.unreadable(name.text(), last);
  }

  private long bytes(AudioName name, StoredAudio place)
      throws AudioException, InterruptedException {
    StoredAudio.Status status;
    try {
      status = place.status();
    } catch (IOException e) {
      StorageFaults.requireNotInterrupted(e);
      requireThere(name, e);
      StorageFaults.requireAnswer(name.text(), e);
      throw StorageFaults.unreadable(name.text(), e);
    }
    if (!status.isFile()) {
      throw new AudioException(
          ErrorCode.AUDIO_NOT_A_FILE,
          String.format(
              Locale.ROOT,
              "Cannot read audio: %s is %s",
              Shown.name(name.text()),
              status.isDirectory() ? "a directory" : "a pipe or a device, not a file"));
    }
    limits.checkBytes(status.bytes());
    return status.bytes();
  }

  private static void requireThere(AudioName name, IOException e) throws AudioException {
    if (e instanceof FileNotFoundException || e instanceof NoSuchFileException) {
      throw new AudioException(
          ErrorCode.AUDIO_NOT_FOUND,
          String.format(
              Locale.ROOT,
              "Cannot read audio: %s does not exist%s",
              Shown.name(name.text()),
              name.hint()));
    }
  }

  private static byte[] read(InputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      int count = in.read(bytes, done, Math.min(MOST_AT_ONCE, length - done));
      if (count < 0) {
        throw new EOFException(
            String.format(Locale.ROOT, "it ends after %d of %d bytes", done, length));
      }
      done += count;
    }
    return bytes;
  }
}
