package io.espalier.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes temporary directories, and deletes directories with all their contents. */
public final class Directories {
  private Directories() {}

  /**
   * Deletes a directory with all its contents, or a file. Links are deleted, not their targets.
   * Files that are already gone, or that another process deletes meanwhile, are not an error.
   *
   * @throws IOException at the first file that cannot be deleted
   */
  public static void deleteRecursively(Path root) throws IOException {
    Files.walkFileTree(root, new Deletion());
  }

  /**
   * Makes a temporary directory that no other user can open, whatever the umask; what lies in it
   * needs no rights of its own. The caller deletes it.
   *
   * @param prefix of its name
   */
  public static Path temporary(String prefix) throws IOException {
    Path directory = Files.createTempDirectory(prefix);
    if (Files.getFileAttributeView(directory, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    return directory;
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
      if (e != null) {
        throw e;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
