package io.espalier.udfs.metrics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the lists that are packed with this package. */
final class Resources {
  private static final Pattern TAB = Pattern.compile("\t");

  private Resources() {}

  /**
   * The fields of a list's lines.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  static List<String[]> tabSeparated(String name) {
    try (InputStream stream = Resources.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("Cannot find resource: " + name);
      }
      return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
          .lines()
          .map(line -> TAB.split(line, -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
