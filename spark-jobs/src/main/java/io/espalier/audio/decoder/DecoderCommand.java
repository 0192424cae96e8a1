package io.espalier.audio.decoder;

import io.espalier.audio.worker.DecoderWorker;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.Loader;

/** The command line of a decoder process. */
final class DecoderCommand {
  /** The heap is small: files and samples are outside it or pass through in pieces. */
  private static final String HEAP = "-Xmx64m";

  /**
   * Variables that the JVM, the loader and temporary files need. Credentials are not among them.
   */
  private static final Set<String> KEPT_VARIABLES =
      Set.of(
          "HOME",
          "LANG",
          "LC_ALL",
          "LC_CTYPE",
          "LD_LIBRARY_PATH",
          "PATH",
          "SystemRoot",
          "TEMP",
          "TMP",
          "TMPDIR",
          "USER");

  private DecoderCommand() {}

  /** Starts {@link DecoderWorker} with this JVM's own {@code java} and libraries. */
  static List<String> worker() {
    return of(DecoderWorker.class.getName(), classPath());
  }

  static List<String> of(String mainClass, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            HEAP,
            "-XX:+UseSerialGC",
            // What it reserves counts against its limit of memory.
            "-XX:CompressedClassSpaceSize=32m",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            // A crash must not leave text on standard output or files.
            "-XX:+DisplayVMOutputToStderr",
            "-XX:+SuppressFatalErrorMessage",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            // JavaCPP compares the whole process with the heap, which is almost empty here.
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache());
    command.addAll(List.of("-cp", classPath, mainClass));
    return command;
  }

  /** A process that is ready to start, with an environment without secrets. */
  static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().retainAll(KEPT_VARIABLES);
    // The C library would reserve 64 MiB for each of the JVM's threads.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder;
  }

  /** Where JavaCPP unpacks FFmpeg, in this JVM as in a decoder's. */
  static Path cache() {
    try {
      return Loader.getCacheDir().toPath().toAbsolutePath();
    } catch (IOException e) {
      throw new DecoderUnavailableException(
          ("Cannot start a decoder: no directory for FFmpeg's libraries (%s). Name one with"
                  + " -Dorg.bytedeco.javacpp.cachedir")
              .formatted(e.getMessage()),
          e);
    }
  }

  /** The directories of unpacked libraries, each named like the jar that they came in. */
  static List<Path> unpacked() {
    Path cache = cache();
    return Stream.of(classPath().split(File.pathSeparator, -1))
        .map(place -> cache.resolve(Path.of(place).getFileName()))
        .toList();
  }

  /**
   * The jars or directories that hold our classes, JavaCPP and FFmpeg: several on a developer's
   * machine, one shaded jar on an executor.
   */
  static String classPath() {
    String platform = "/org/bytedeco/%s/" + Loader.Detector.getPlatform() + "/";
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(root(DecoderWorker.class, classFile(DecoderWorker.class)));
    roots.add(root(Loader.class, classFile(Loader.class)));
    roots.add(root(avformat.class, classFile(avformat.class)));
    roots.add(
        root(
            Loader.class,
            String.format(Locale.ROOT, platform, "javacpp") + System.mapLibraryName("jnijavacpp")));
    roots.add(
        root(
            avformat.class,
            String.format(Locale.ROOT, platform, "ffmpeg") + System.mapLibraryName("jniavformat")));
    return roots.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static String classFile(Class<?> type) {
    return "/" + type.getName().replace('.', '/') + ".class";
  }

  /** The location of a resource of a class loader. */
  private static Path root(Class<?> near, String resource) {
    URL url = near.getResource(resource);
    if (url == null) {
      throw new DecoderUnavailableException(
          "Cannot start a decoder: %s is not on the class path. Add FFmpeg's jar for this platform"
              .formatted(resource));
    }
    try {
      if (url.openConnection() instanceof JarURLConnection jar) {
        return Path.of(jar.getJarFileURL().toURI());
      }
      String file = Path.of(url.toURI()).toString();
      return Path.of(file.substring(0, file.length() - resource.length()));
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      throw new DecoderUnavailableException(
          ("Cannot start a decoder: %s is not in a local jar or directory. Put"
                  + " the jars on the local disk")
              .formatted(url),
          e);
    }
  }
}
