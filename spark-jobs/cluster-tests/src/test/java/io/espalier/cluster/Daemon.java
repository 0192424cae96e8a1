package io.espalier.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process that runs until it is closed, or until this JVM ends. */
final class Daemon implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(2);
  private static final int END_S = 20;

  private final String name;
  private final Path log;
  private final Process process;
  private final Thread atExit;

  private Daemon(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.atExit = new Thread(this::kill);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a process.
   *
   * @param name of its log, in the directory
   * @param directory where it runs
   * @param environment variables that are added to this process's
   */
  static Daemon start(
      String name, Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new Daemon(name, log, builder.start());
  }

  /**
   * Waits until it has said something.
   *
   * @return what matches
   */
  String waitFor(Pattern said) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end) {
      boolean runs = process.isAlive();
      Matcher matcher = said.matcher(log());
      if (matcher.find()) {
        return matcher.group();
      }
      if (!runs) {
        break;
      }
      Thread.sleep(200);
    }
    throw new IllegalStateException(
        "%s has not said %s%s:%n%s"
            .formatted(name, said, process.isAlive() ? "" : " and has ended", log()));
  }

  /** What it has said so far. */
  String log() throws IOException {
    return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
  }

  /** Closes its standard input, asks it to end and, if it does not, ends it. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process.destroy();
    try {
      if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
