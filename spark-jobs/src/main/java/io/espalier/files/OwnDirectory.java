package io.espalier.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/** Directories of programs and libraries that other users of the machine must not change. */
public final class OwnDirectory {
  private static final String ROOT = "root";

  private OwnDirectory() {}

  /**
   * Why the contents of a directory cannot be trusted: it, or something in it, belongs to another
   * user than this one and root, or everybody may write to it. Links count by themselves, not by
   * their targets. Empty also if there is no directory, or if the file system knows no owners.
   *
   * @param depth how deep to look; 0 is the directory alone
   */
  public static Optional<String> problem(Path directory, int depth) {
    if (!Files.exists(directory)
        || Files.getFileAttributeView(directory, PosixFileAttributeView.class) == null) {
      return Optional.empty();
    }
    try {
      Search search = new Search(user());
      Files.walkFileTree(directory, Set.of(), depth, search);
      return search.problem;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look through " + directory, e);
    }
  }

  /** As the file system names it; in a container a user may have a number only. */
  private static UserPrincipal user() throws IOException {
    Path own = Files.createTempFile("espalier-owner", null);
    try {
      return Files.getOwner(own);
    } finally {
      Files.delete(own);
    }
  }

  private static final class Search extends SimpleFileVisitor<Path> {
    private final UserPrincipal user;
    private Optional<String> problem = Optional.empty();

    private Search(UserPrincipal user) {
      this.user = user;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path place, BasicFileAttributes attributes)
        throws IOException {
      return look(place);
    }

    @Override
    public FileVisitResult visitFile(Path place, BasicFileAttributes attributes)
        throws IOException {
      return look(place);
    }

    @Override
    public FileVisitResult visitFileFailed(Path place, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // Another process tidies up.
      }
      throw e;
    }

    private FileVisitResult look(Path place) throws IOException {
      PosixFileAttributes attributes;
      try {
        attributes =
            Files.readAttributes(place, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException e) {
        return FileVisitResult.CONTINUE;
      }
      UserPrincipal owner = attributes.owner();
      if (!owner.equals(user) && !owner.getName().equals(ROOT)) {
        problem = Optional.of("%s belongs to the user %s".formatted(place, owner.getName()));
      } else if (!attributes.isSymbolicLink()
          && attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        problem =
            Optional.of("every user may write to %s (umask 022 prevents that)".formatted(place));
      }
      return problem.isEmpty() ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }
  }
}
