package io.espalier.spark.task;

import io.espalier.audio.AudioException;
import io.espalier.conf.Shown;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name in a row's {@code audio} column.
 *
 * @param text the name as given
 * @param scheme in lower case; empty for a path without one
 * @param path behind scheme and host
 */
public record AudioName(String text, Optional<String> scheme, String path) {
  /**
   * Regular expression of names that are not relative to a manifest. A name such as {@code
   * 12:30.wav} is, and has no scheme.
   */
  public static final String ABSOLUTE =
      "^(?:/|(?i:file):|[A-Za-z][A-Za-z0-9+.-]*:[/\\\\]|\\\\\\\\)";

  private static final Pattern URI =
      Pattern.compile(
          "((?i:file)(?=:)|[A-Za-z][A-Za-z0-9+.-]*(?=:/)):(//([^/]*))?(.*)", Pattern.DOTALL);
  private static final Pattern WINDOWS =
      Pattern.compile("([A-Za-z]:[/\\\\]|\\\\\\\\).*", Pattern.DOTALL);

  /**
   * Parses a name.
   *
   * @throws AudioException if it cannot be a file of this machine or of a storage
   */
  static AudioName of(String text) throws AudioException {
    if (WINDOWS.matcher(text).matches()) {
      throw invalid(text, "is a Windows path", "Give its path on this machine");
    }
    if (text.indexOf('\0') >= 0) {
      throw invalid(text, "contains a NUL character", "Give the file's name");
    }
    Matcher uri = URI.matcher(text);
    if (!uri.matches()) {
      return new AudioName(text, Optional.empty(), text);
    }
    String scheme = uri.group(1).toLowerCase(Locale.ROOT);
    String host = uri.group(3) == null ? "" : uri.group(3);
    if (scheme.equals("file")) {
      if (!host.isEmpty() && !host.equalsIgnoreCase("localhost")) {
        throw new AudioException(
            ErrorCode.AUDIO_STORAGE_UNAVAILABLE,
            "Cannot read audio: %s is on the host %s. Mount its directory here and give file:///PATH"
                .formatted(Shown.name(text), Shown.name(host)));
      }
      if (!uri.group(4).startsWith("/")) {
        throw invalid(text, "is a file URI without an absolute path", "Write file:///PATH");
      }
    }
    return new AudioName(text, Optional.of(scheme), uri.group(4));
  }

  /** A likely reason why the file does not exist, as an additional sentence; may be empty. */
  String hint() {
    if (text.indexOf('\uFFFD') >= 0) {
      return ". The name contains U+FFFD, so it was read with a wrong charset. Make the manifest"
          + " again in UTF-8";
    }
    if (text.startsWith("~") || text.contains("/~/")) {
      return ". A ~ is not expanded: write the directory's name";
    }
    return "";
  }

  /** Whether it is relative to an unknown directory. */
  boolean isRelative() {
    return scheme.isEmpty() && !text.startsWith("/");
  }

  static AudioException invalid(String text, String what, String fix) {
    return new AudioException(
        ErrorCode.INVALID_ROW,
        "Cannot read audio: '%s' %s. %s".formatted(Shown.name(text), what, fix));
  }
}
