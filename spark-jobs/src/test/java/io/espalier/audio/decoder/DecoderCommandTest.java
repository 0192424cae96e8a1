package io.espalier.audio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class DecoderCommandTest {
  @Test
  void namesOnlyPlacesThatExist() {
    assertThat(DecoderCommand.classPath().split(File.pathSeparator, -1))
        .hasSizeBetween(1, 5)
        .allSatisfy(place -> assertThat(new File(place)).exists());
  }

  @Test
  void worksFromOneShadedJar(@TempDir Path dir) throws Exception {
    Path jar = dir.resolve("shaded jar.jar");
    shade(jar);
    Path audio = dir.resolve("audio.mp3");
    Files.write(audio, TestAudio.encode(".mp3", avcodec.AV_CODEC_ID_MP3, 44_100, 1, 2));

    Process process =
        DecoderCommand.builder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-Dslf4j.internal.verbosity=ERROR",
                    "-cp",
                    jar.toString(),
                    DecodeOneFile.class.getName(),
                    audio.toString()))
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

    assertThat(output).isEqualTo("1 root, 44100 Hz, 2 s");
    assertThat(process.waitFor()).isZero();
  }

  /**
   * Everything that the decoder's class path names, in one jar with the test's main class and the
   * logging interface, which the process that starts decoders has.
   */
  private static void shade(Path jar) throws Exception {
    Path tests = jarOf(DecodeOneFile.class);
    Set<String> names = new HashSet<>();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      copyTree(tests, "io/espalier/audio/decoder/DecodeOneFile.class", out, names);
      copyJar(jarOf(Logger.class).toString(), out, names);
      for (String place : DecoderCommand.classPath().split(File.pathSeparator, -1)) {
        if (Files.isDirectory(Path.of(place))) {
          copyTree(Path.of(place), "io/espalier/audio", out, names);
          copyTree(Path.of(place), "io/espalier/outcome", out, names);
          copyTree(Path.of(place), "io/espalier/files", out, names);
        } else {
          copyJar(place, out, names);
        }
      }
    }
  }

  private static Path jarOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void copyTree(Path root, String under, ZipOutputStream out, Set<String> names)
      throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(under))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        copy(name, Files.newInputStream(file), out, names);
      }
    }
  }

  private static void copyJar(String jar, ZipOutputStream out, Set<String> names)
      throws IOException {
    try (ZipFile zip = new ZipFile(jar)) {
      for (ZipEntry entry : zip.stream().filter(each -> !each.isDirectory()).toList()) {
        copy(entry.getName(), zip.getInputStream(entry), out, names);
      }
    }
  }

  private static void copy(String name, InputStream in, ZipOutputStream out, Set<String> names)
      throws IOException {
    try (in) {
      if (names.add(name)) {
        out.putNextEntry(new ZipEntry(name));
        in.transferTo(out);
      }
    }
  }
}
