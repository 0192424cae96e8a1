package io.espalier.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Checks that Java could read the command line, which it decodes in the platform's charset. */
final class CommandLineCharset {
  /** The command line's bytes, as Linux keeps them. */
  private static final Path BYTES = Path.of("/proc/self/cmdline");

  private CommandLineCharset() {}

  /** The message for the user if characters were lost. */
  static Optional<String> lost() {
    String charset = System.getProperty("sun.jnu.encoding", "UTF-8");
    try {
      return Files.isReadable(BYTES) ? lost(Files.readAllBytes(BYTES), charset) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static Optional<String> lost(byte[] commandLine, String charset) {
    boolean utf8 =
        Charset.isSupported(charset) && Charset.forName(charset).equals(StandardCharsets.UTF_8);
    boolean ascii = true;
    for (byte value : commandLine) {
      ascii &= value >= 0;
    }
    return utf8 || ascii
        ? Optional.empty()
        : Optional.of(
            "Cannot read the command line: it has characters outside ASCII, but the locale's"
                + " charset"
                + " is %s. Set LC_ALL=C.UTF-8 and start again".formatted(charset));
  }
}
