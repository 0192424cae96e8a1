package io.espalier.tools.corpus.voice;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A program that is installed from packages of the system.
 *
 * @param name on the PATH, or a path
 * @param packages that it is installed from
 */
record Program(String name, String packages) {
  /**
   * Its output.
   *
   * @param input not an argument, whose encoding would depend on the locale
   */
  byte[] run(List<String> arguments, byte[] input) throws IOException, InterruptedException {
    Process process = start(arguments);
    byte[] bytes;
    try (OutputStream stream = process.getOutputStream()) {
      stream.write(input);
    }
    try (InputStream output = process.getInputStream()) {
      bytes = output.readAllBytes();
    }
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException(
          String.format(Locale.ROOT, "Cannot speak: %s %s ended with %d", name, arguments, exit));
    }
    return bytes;
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(arguments);
    command.add(0, name);
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return builder.start();
    } catch (IOException e) {
      throw new IOException(
          "Cannot run %s. Install it (apt-get install %s)".formatted(name, packages), e);
    }
  }
}
