package io.espalier.spark.export;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes names of files that any file system takes. */
final class FileNames {
  /** A file's name has at most 255 bytes; an ending, a digest and a temporary name are added. */
  private static final int MOST_BYTES = 180;

  private static final Pattern SOUND =
      Pattern.compile(
          "(?i)(?<=.)\\.(wav|wave|w64|flac|ogg|oga|opus|mp3|aac|m4a|mp4|mov|mka|mkv|webm|aiff?"
              + "|au|caf|amr|wma|asf|wv)$");

  private static final Pattern RESERVED =
      Pattern.compile("[\\p{Cntrl}\\p{Cs}\\p{Co}\\p{Cn}\\u2028\\u2029/\\\\:*?\"<>|]");

  /** Names of devices on Windows, with any extension. */
  private static final Pattern DEVICES =
      Pattern.compile("(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])( *\\..*)?");

  private FileNames() {}

  /**
   * The name of a recording's file without its extension. Different recordings may have the same.
   *
   * @param recording an id, or the path of its audio
   * @param isPath whether directories do not count
   */
  static String of(String recording, boolean isPath) {
    String name = recording;
    if (isPath) {
      String bare = name.replaceAll("/+$", "");
      name = bare.substring(bare.lastIndexOf('/') + 1);
    }
    name = SOUND.matcher(name).replaceFirst("");
    name = RESERVED.matcher(name).replaceAll("_");
    // Windows drops blanks and dots at the end, and a dot at the start hides a file.
    name = shortened(name.strip()).replaceAll("[. ]+$", "_").replaceFirst("^\\.", "_");
    if (name.isEmpty()) {
      return "_";
    }
    return DEVICES.matcher(name).matches() ? "_" + name : name;
  }

  /** What two names have in common that some file system takes for one. */
  static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  private static String shortened(String name) {
    String cut = name;
    while (cut.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }
}
