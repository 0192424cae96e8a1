package io.espalier.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Data files of the jar, beside the classes that read them. */
public final class Resources {
  private Resources() {}

  /** The text of a file beside a class. */
  public static String text(Class<?> beside, String name) {
    try (InputStream stream = beside.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            "Cannot find resource %s: the jar is damaged".formatted(name));
      }
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read resource " + name, e);
    }
  }
}
