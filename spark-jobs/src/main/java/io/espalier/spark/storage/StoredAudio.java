package io.espalier.spark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** One location that a name may refer to. */
public sealed interface StoredAudio {
  /** The state of the location. */
  record Status(boolean isFile, boolean isDirectory, long bytes) {}

  /**
   * Asks the storage.
   *
   * @throws FileNotFoundException if nothing is there
   */
  Status status() throws IOException;

  InputStream open() throws IOException;

  /** A file of this machine, without Hadoop: names have any bytes. */
  record OnDisk(java.nio.file.Path file) implements StoredAudio {
    @Override
    public Status status() throws IOException {
      try {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Status(found.isRegularFile(), found.isDirectory(), found.size());
      } catch (FileSystemException e) {
        boolean isFilePath = "Not a directory".equals(e.getReason());
        if (e instanceof AccessDeniedException || !(isFilePath || Files.notExists(file))) {
          throw e;
        }
        throw new FileNotFoundException(e.getMessage());
      }
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  /** A file of any storage. */
  record InStorage(FileSystem fileSystem, Path path) implements StoredAudio {
    @Override
    public Status status() throws IOException {
      FileStatus found = fileSystem.getFileStatus(path);
      return new Status(found.isFile(), found.isDirectory(), found.getLen());
    }

    @Override
    public InputStream open() throws IOException {
      return fileSystem.open(path);
    }
  }
}
