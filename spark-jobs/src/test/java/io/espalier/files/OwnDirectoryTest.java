package io.espalier.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnDirectoryTest {
  @TempDir private Path directory;

  @Test
  void ownFilesAreTrusted() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    Files.writeString(directory.resolve("a/b/lib.so"), "x");
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/tmp"));
    assertThat(OwnDirectory.problem(directory, Integer.MAX_VALUE)).isEmpty();
    assertThat(OwnDirectory.problem(directory.resolve("absent"), 0)).isEmpty();
  }

  @Test
  void filesThatEverybodyMayChangeAreNot() throws IOException {
    Path library = Files.writeString(directory.resolve("lib.so"), "x");
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(OwnDirectory.problem(directory, 1))
        .contains("every user may write to %s (umask 022 prevents that)".formatted(library));
    assertThat(OwnDirectory.problem(directory, 0)).isEmpty();
  }

  @Test
  void filesOfOtherUsersAreNot() throws IOException {
    Path library = Files.writeString(directory.resolve("lib.so"), "x");
    UserPrincipal other =
        directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    try {
      Files.setOwner(library, other);
    } catch (IOException e) {
      assumeTrue(false, "only root may give files away");
    }
    assertThat(OwnDirectory.problem(directory, 1))
        .contains(library + " belongs to the user nobody");
  }
}
