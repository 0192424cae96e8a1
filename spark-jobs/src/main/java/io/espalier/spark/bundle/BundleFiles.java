package io.espalier.spark.bundle;

import io.espalier.conf.UsageException;
import io.espalier.files.Directories;
import io.espalier.files.Sha256;
import io.espalier.spark.storage.LocalNames;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.Locations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a bundle on this machine: the local files themselves, or a copy that {@link #close}
 * deletes.
 *
 * @param directory of the local files
 * @param isCopy whether to delete them on close
 */
public record BundleFiles(Path directory, boolean isCopy) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BundleFiles.class);

  /** Names the hash of every other file, so its own hash stands for the bundle. */
  public static final String CARD = "bundle.yaml";

  /**
   * SHA-256 of a bundle's card.
   *
   * @param bundle on any Hadoop file system
   * @throws UsageException if there is no bundle
   */
  public static String fingerprint(Configuration hadoop, String bundle) {
    org.apache.hadoop.fs.Path card = Storage.child(Storage.path(bundle), CARD);
    try {
      FileSystem fileSystem = Storage.open(hadoop, card);
      if (!fileSystem.exists(card)) {
        throw new UsageException(
            "Cannot find bundle: no %s in %s. Make one with espalier import"
                .formatted(CARD, bundle));
      }
      try (InputStream in = fileSystem.open(card)) {
        return Sha256.of(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read %s: %s".formatted(card, e.getMessage()), e);
    }
  }

  /**
   * Brings a bundle to this machine.
   *
   * @param fingerprint that the card must have: the bundle may have been replaced meanwhile
   */
  public static BundleFiles local(Configuration hadoop, String bundle, String fingerprint)
      throws IOException {
    org.apache.hadoop.fs.Path source = Storage.path(bundle);
    FileSystem fileSystem = Storage.open(hadoop, source);
    BundleFiles files =
        fileSystem.getUri().getScheme().equals("file")
            ? new BundleFiles(
                LocalNames.path(fileSystem.makeQualified(source).toUri().getPath()), false)
            : copy(fileSystem, fileSystem.makeQualified(source));
    try {
      files.requireFingerprint(bundle, fingerprint);
      return files;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (!isCopy) {
      return;
    }
    try {
      Directories.deleteRecursively(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + directory, e);
    }
  }

  private static BundleFiles copy(FileSystem fileSystem, org.apache.hadoop.fs.Path source)
      throws IOException {
    BundleFiles files = new BundleFiles(Directories.temporary("espalier-bundle"), true);
    long start = System.nanoTime();
    long bytes = 0;
    try {
      for (FileStatus status : fileSystem.listStatus(source)) {
        org.apache.hadoop.fs.Path file = status.getPath();
        if (status.isFile()) {
          try (InputStream in = fileSystem.open(file);
              OutputStream out = Files.newOutputStream(files.directory.resolve(file.getName()))) {
            bytes += in.transferTo(out);
          }
        }
      }
      LOG.info(
          "Fetched bundle {}: {} MiB in {} s, to {}",
          source,
          bytes >> 20,
          (System.nanoTime() - start) / 1_000_000_000,
          files.directory);
      return files;
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void requireFingerprint(String bundle, String fingerprint) throws IOException {
    Path card = directory.resolve(CARD);
    if (!Files.exists(card) && isCopy) {
      throw new IOException(
          "Cannot use bundle: %s of %s was deleted during the job. Run again"
              .formatted(CARD, bundle));
    }
    if (!Files.exists(card)) {
      // The driver has seen it, so this is an executor that joined later.
      throw Locations.hidden("bundle", bundle, Locations.host());
    }
    String found = Sha256.of(card);
    if (!found.equals(fingerprint)) {
      throw new IOException(
          ("Cannot use bundle: %s of %s changed during the job: SHA-256 is %s,"
                  + " was %s. Run again")
              .formatted(CARD, bundle, found, fingerprint));
    }
  }
}
