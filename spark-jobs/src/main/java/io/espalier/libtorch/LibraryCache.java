package io.espalier.libtorch;

import ai.djl.util.Utils;
import io.espalier.conf.UsageException;
import io.espalier.files.OwnDirectory;
import java.nio.file.Path;
import java.util.List;

/** The directory where DJL unpacks libtorch, once for all processes of a user. */
final class LibraryCache {
  /** By these an operator names a directory, which may be one of several users. */
  private static final List<String> NAMED = List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR");

  private LibraryCache() {}

  /**
   * Refuses a directory in which other users may have put libraries: DJL loads what it finds.
   *
   * @throws UsageException naming the file and the fix
   */
  static void require() {
    if (NAMED.stream().noneMatch(name -> Utils.getEnvOrSystemProperty(name) != null)) {
      require(Utils.getEngineCacheDir("pytorch"));
    }
  }

  static void require(Path cache) {
    // Whoever may rename the directory may put another in its place.
    OwnDirectory.problem(cache.toAbsolutePath().getParent(), 0)
        .or(() -> OwnDirectory.problem(cache, Integer.MAX_VALUE))
        .ifPresent(
            problem -> {
              throw new UsageException(
                  ("Cannot load libtorch from %s: %s. Delete it, or name another directory with"
                          + " DJL_CACHE_DIR")
                      .formatted(cache, problem));
            });
  }
}
