package io.espalier.audio.decoder;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The sandbox of a decoder process: a file system that holds the system's libraries, the JVM, our
 * jars and the unpacked FFmpeg, all read-only, and two empty directories in memory. There is no
 * {@code /proc}, so containers that forbid to mount one can have this sandbox too.
 */
final class Bubblewrap {
  private static final Path ETC = Path.of("/etc");

  /** Libraries and programs, and how the loader finds them. */
  private static final List<String> SYSTEM =
      List.of(
          "/usr",
          "/bin",
          "/lib",
          "/lib64",
          "/nix/store",
          "/etc/ld.so.cache",
          "/etc/ld.so.conf",
          "/etc/ld.so.conf.d",
          "/etc/alternatives");

  private static final List<String> DEVICES =
      List.of("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom");

  private static final String LIBRARIES = "LD_LIBRARY_PATH";

  private Bubblewrap() {}

  /**
   * The beginning of a command line; the decoder's follows.
   *
   * @param program {@code bwrap}, version 0.4 or later
   * @param classPath what the process may read besides the system
   */
  static List<String> command(Path program, String classPath) {
    String home = System.getProperty("java.home");
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    // It also dies with the thread that started it, see DecoderProcess.
    command.addAll(List.of("--unshare-all", "--die-with-parent", "--new-session"));
    command.addAll(List.of("--cap-drop", "ALL"));
    SYSTEM.forEach(place -> bind(command, "--ro-bind-try", place));
    javaSettings().forEach(place -> bind(command, "--ro-bind-try", place));
    DEVICES.forEach(device -> bind(command, "--dev-bind", device));
    command.addAll(List.of("--tmpfs", System.getProperty("java.io.tmpdir")));
    bindCache(command);
    bind(command, "--ro-bind", home);
    for (String place : classPath.split(File.pathSeparator, -1)) {
      bind(command, "--ro-bind", place);
    }
    // Without /proc the loader does not know where the java program lies.
    String libraries = Path.of(home, "lib").toString();
    String others = System.getenv(LIBRARIES);
    if (others != null) {
      for (String place : others.split(File.pathSeparator, -1)) {
        if (Path.of(place).isAbsolute()) {
          bind(command, "--ro-bind-try", place);
        }
      }
      libraries += File.pathSeparator + others;
    }
    command.addAll(List.of("--setenv", LIBRARIES, libraries, "--chdir", "/", "--"));
    return command;
  }

  /** JavaCPP wants a directory to write to, but what it has unpacked must stay as it is. */
  private static void bindCache(List<String> command) {
    command.addAll(List.of("--tmpfs", DecoderCommand.cache().toString()));
    DecoderCommand.unpacked().forEach(place -> bind(command, "--ro-bind-try", place.toString()));
  }

  /** Some distributions keep a JVM's settings in {@code /etc}. */
  private static List<String> javaSettings() {
    List<String> places = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(ETC, "java*")) {
      found.forEach(place -> places.add(place.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + ETC, e);
    }
    return places;
  }

  private static void bind(List<String> command, String how, String place) {
    command.addAll(List.of(how, place, place));
  }
}
