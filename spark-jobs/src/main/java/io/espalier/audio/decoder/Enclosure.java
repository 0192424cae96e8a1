package io.espalier.audio.decoder;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A program that starts another with less of the machine in its sight; the best comes first. */
enum Enclosure {
  /** No network, and no files but the system's and our own libraries, read-only. */
  BUBBLEWRAP("bwrap", "bubblewrap (no network, read-only system, no other files, private /tmp)") {
    @Override
    List<String> prefix(Path program) {
      return Bubblewrap.command(program, DecoderCommand.classPath());
    }
  },

  /** No network. It starts nothing between, so that a kill reaches the decoder. */
  UNSHARE("unshare", "unshare (no network, but the files of this user)") {
    @Override
    List<String> prefix(Path program) {
      return List.of(
          program.toString(), "--user", "--map-current-user", "--net", "--ipc", "--uts", "--");
    }
  };

  private final String program;
  private final String description;

  Enclosure(String program, String description) {
    this.program = program;
    this.description = description;
  }

  /** The beginning of a command line; the command to enclose follows. */
  abstract List<String> prefix(Path program);

  /** Name of the program. */
  String program() {
    return program;
  }

  /** What it keeps away. */
  String description() {
    return description;
  }

  /** Where the program is, on {@code PATH}; absent on other systems than Linux. */
  Optional<Path> find() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
      return Optional.empty();
    }
    for (String directory : path().split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory).resolve(program);
      if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static String path() {
    String path = System.getenv("PATH");
    return path == null ? "/usr/bin:/bin" : path;
  }
}
