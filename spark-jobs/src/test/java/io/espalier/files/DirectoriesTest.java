package io.espalier.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
  @TempDir Path temp;

  @Test
  void allInsideGoesAndNeighboursStay() throws IOException {
    Path root = temp.resolve("root");
    Files.createDirectories(root.resolve("a/b/empty"));
    Files.writeString(root.resolve("a/file"), "1");
    Path neighbour = Files.writeString(temp.resolve("root2"), "2");
    Directories.deleteRecursively(root);
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(neighbour));
    assertThat(neighbour).hasContent("2");
  }

  @Test
  void aLinkGoesAndWhatItLeadsToStays() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Path kept = Files.writeString(outside.resolve("kept"), "1");
    Path root = Files.createDirectory(temp.resolve("root"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("nowhere"));
    Directories.deleteRecursively(root);
    assertThat(root).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void aTemporaryDirectoryIsPrivate() throws IOException {
    Path directory = Directories.temporary("espalier-test");
    try {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    } finally {
      Directories.deleteRecursively(directory);
    }
  }

  @Test
  void aFileIsDeletedToo() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "1");
    Directories.deleteRecursively(file);
    assertThat(file).doesNotExist();
  }

  @Test
  void whatIsGoneAlreadyIsNoError() {
    assertThatCode(() -> Directories.deleteRecursively(temp.resolve("nowhere")))
        .doesNotThrowAnyException();
  }
}
