package io.espalier.files;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads text files as strict UTF-8. Other bytes are an error with line and offset, never replaced;
 * a byte-order mark is skipped.
 */
public final class Utf8Text {
  private Utf8Text() {}

  /**
   * A whole file.
   *
   * @throws MalformedFileException if it is not UTF-8
   */
  public static String read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return text(in, file.toString());
    }
  }

  /**
   * The lines of a file.
   *
   * @throws MalformedFileException if it is not UTF-8
   */
  public static List<String> readLines(Path file) throws IOException {
    return read(file).lines().toList();
  }

  /**
   * The text of some bytes.
   *
   * @param name of the file, for messages
   * @throws MalformedFileException if they are not UTF-8
   */
  public static String decode(byte[] bytes, String name) throws MalformedFileException {
    try {
      return text(new ByteArrayInputStream(bytes), name);
    } catch (MalformedFileException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory can be read", e);
    }
  }

  /**
   * A reader that fails with a {@link MalformedFileException} at the first byte that is not UTF-8,
   * and returns the text before it as soon as it arrives.
   *
   * @param name of the file, for messages
   */
  public static BufferedReader reader(InputStream in, String name) {
    return new BufferedReader(new Utf8Reader(in, name));
  }

  /**
   * Reads to the end and discards the text.
   *
   * @param name of the file, for messages
   * @throws MalformedFileException if it is not UTF-8
   */
  public static void check(InputStream in, String name) throws IOException {
    reader(in, name).transferTo(Writer.nullWriter());
  }

  private static String text(InputStream in, String name) throws IOException {
    StringWriter text = new StringWriter();
    reader(in, name).transferTo(text);
    return text.toString();
  }
}
