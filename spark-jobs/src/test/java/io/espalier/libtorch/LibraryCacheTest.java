package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheTest {
  @TempDir private Path directory;
  private Path cache;

  @BeforeEach
  void make() throws IOException {
    cache = Files.createDirectories(directory.resolve("djl/pytorch"));
  }

  @Test
  void ownLibrariesAreLoaded() throws IOException {
    Files.writeString(cache.resolve("libtorch.so"), "x");
    LibraryCache.require(cache);
  }

  @Test
  void librariesThatEverybodyMayChangeAreNot() throws IOException {
    Path library = Files.writeString(cache.resolve("libtorch.so"), "x");
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> LibraryCache.require(cache))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            ("Cannot load libtorch from %s: every user may write to %s (umask 022 prevents that)."
                    + " Delete it, or name another directory with DJL_CACHE_DIR")
                .formatted(cache, library));
  }
}
