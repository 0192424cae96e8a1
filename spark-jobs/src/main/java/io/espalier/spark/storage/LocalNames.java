package io.espalier.spark.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.espalier.conf.Shown;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Converts names of local files from and to UTF-8, whatever the platform's charset. In a POSIX
 * locale, Java reads names as ASCII and does not find files with other names. Only names inside
 * {@code file:} URIs keep their bytes.
 */
public final class LocalNames {
  private static final Pattern ESCAPES =
      Pattern.compile("(?:[^%]|%\\p{XDigit}{2})*", Pattern.DOTALL);
  private static final String PLAIN = "/._-";

  private LocalNames() {}

  /**
   * The file of a name.
   *
   * @param name taken literally; relative to the working directory unless it begins with a slash
   * @throws InvalidPathException if no file can have it
   */
  public static Path path(String name) {
    return path(name, false);
  }

  /**
   * The file of a name with percent escapes, whose bytes need not be UTF-8.
   *
   * @return empty if the name has no escape or an invalid one
   * @throws InvalidPathException if no file can have it
   */
  public static Optional<Path> unescaped(String name) {
    return hasEscapes(name) ? Optional.of(path(name, true)) : Optional.empty();
  }

  /** Whether a name may be percent-encoded. */
  public static boolean hasEscapes(String name) {
    return name.indexOf('%') >= 0 && ESCAPES.matcher(name).matches();
  }

  /** The text behind percent escapes; empty if it is not UTF-8. */
  public static Optional<String> unescapedText(String name) {
    return text(bytes(name));
  }

  /** The absolute name of a file; empty if it is not UTF-8. */
  static Optional<String> text(Path file) {
    return text(bytes(escaped(file)));
  }

  /** The last part of a file's name; empty if it is not UTF-8. */
  static Optional<String> lastPart(Path file) {
    String escaped = escaped(file);
    return text(bytes(escaped.substring(escaped.lastIndexOf('/') + 1)));
  }

  /** The absolute name of a file, percent-encoded. */
  static String escaped(Path file) {
    String path = file.toUri().getRawPath();
    // A URI says with a slash at its end that it is a directory.
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static Path path(String name, boolean keepEscapes) {
    String base = name.startsWith("/") ? "" : escaped(Path.of("")) + "/";
    String path = (base + escape(name, keepEscapes)).replaceAll("/+", "/");
    try {
      return Path.of(URI.create("file://" + path));
    } catch (IllegalArgumentException e) {
      throw new InvalidPathException(Shown.name(name), e.getMessage());
    }
  }

  private static String escape(String name, boolean keepEscapes) {
    ByteBuffer bytes;
    try {
      bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw new InvalidPathException(Shown.name(name), "it is not Unicode text");
    }
    StringBuilder escaped = new StringBuilder(bytes.remaining());
    while (bytes.hasRemaining()) {
      int value = bytes.get() & 0xff;
      boolean plain =
          (value < 0x80 && Character.isLetterOrDigit(value))
              || PLAIN.indexOf(value) >= 0
              || (keepEscapes && value == '%');
      escaped.append(
          plain ? Character.toString(value) : String.format(Locale.ROOT, "%%%02X", value));
    }
    return escaped.toString();
  }

  private static byte[] bytes(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(escaped.length());
    int i = 0;
    while (i < escaped.length()) {
      int end = escaped.charAt(i) == '%' ? i + 3 : escaped.offsetByCodePoints(i, 1);
      if (escaped.charAt(i) == '%') {
        bytes.write(Integer.parseInt(escaped, i + 1, end, 16));
      } else {
        bytes.writeBytes(escaped.substring(i, end).getBytes(UTF_8));
      }
      i = end;
    }
    return bytes.toByteArray();
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
