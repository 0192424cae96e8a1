package io.espalier.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What another program said and how it ended. */
record Program(int exitCode, String out, String err) {

  /**
   * Runs a program to its end.
   *
   * @param environment variables that are added
   * @param input what it reads from standard input
   */
  static Program run(
      Path directory,
      Map<String, String> environment,
      Duration limit,
      String input,
      List<String> command)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile(directory, "in", ".txt");
    Files.writeString(in, input);
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "Still running after " + limit + ": " + command + "\n" + Files.readString(err));
    }
    return new Program(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
