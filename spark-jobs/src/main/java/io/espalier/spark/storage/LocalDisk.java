package io.espalier.spark.storage;

import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The local file system, with checksums like Hadoop's own. Without its native library, which Spark
 * distributions lack, Hadoop starts a process for each permission that it sets or reads; this class
 * starts none, and reads names as UTF-8 in any locale.
 */
public final class LocalDisk extends LocalFileSystem {
  /** For Hadoop, which makes it by its name in {@code fs.file.impl}. */
  public LocalDisk() {
    super(new RawLocalDisk());
  }

  /** Hadoop's own cannot name that of a file with a colon. */
  @Override
  public Path getChecksumFile(Path file) {
    return Storage.child(file.getParent(), "." + file.getName() + ".crc");
  }
}
