package io.espalier.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a command said and how it ended.
 *
 * @param exitCode of the process
 * @param out standard output
 * @param err standard error
 */
record Call(int exitCode, String out, String err) {
  private static final int TIMEOUT_S = 240;

  /**
   * Runs a command to its end.
   *
   * @param directory where it is called
   * @param environment variables that are added to this process's
   */
  static Call run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = false;
    try {
      ended = process.waitFor(TIMEOUT_S, TimeUnit.SECONDS);
    } finally {
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    if (!ended) {
      throw new IllegalStateException(
          "Still running after "
              + TIMEOUT_S
              + " s: "
              + command
              + "\n"
              + text(out)
              + "\n"
              + text(err));
    }
    return new Call(process.exitValue(), text(out), text(err));
  }

  /** Everything that it said, for the message of an assertion. */
  String said() {
    return "exit code " + exitCode + "\n" + out + "\n" + err;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
