package io.espalier.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Containers and cron start Java in a POSIX locale, where its charset is ASCII. */
class PosixLocaleTest {
  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void filesOfAnyNameAreListedAndReadInAPosixLocale() throws IOException, InterruptedException {
    Path wavs = Files.createDirectories(LocalNames.path(directory + "/wavs Käse/März"));
    Files.writeString(LocalNames.path(LocalNames.text(wavs).orElseThrow() + "/语音 1.wav"), "one");
    Path kaldi = Files.createDirectories(LocalNames.path(directory + "/kaldi 语音"));
    Files.writeString(kaldi.resolve("wav.scp"), "ü1 Grüße.wav\n");
    Files.writeString(LocalNames.path(directory + "/kaldi 语音/Grüße.wav"), "two");
    Process driver = start();
    assertThat(driver.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(driver.exitValue()).as(() -> read("log.txt")).isZero();
    List<String> lines = read("result.txt").lines().toList();
    // Else this would prove nothing.
    assertThat(lines.get(0)).startsWith("charset ANSI_X3.4-1968");
    assertThat(lines.subList(1, lines.size())).containsExactly("März/语音 1.wav one", "ü1 two");
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    String classPath = System.getProperty("surefire.test.class.path");
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath == null ? System.getProperty("java.class.path") : classPath,
            PosixLocaleDriver.class.getName(),
            directory.toString()));
    ProcessBuilder driver = new ProcessBuilder(command);
    driver.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    driver.environment().putAll(Map.of("LC_ALL", "C", "SPARK_LOCAL_IP", "127.0.0.1"));
    return driver
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log.txt").toFile())
        .start();
  }

  private String read(String name) {
    try {
      return Files.readString(directory.resolve(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
