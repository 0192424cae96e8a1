package io.espalier.spark.manifest;

import java.util.Locale;
import java.util.Set;

/**
 * Recognises tags such as {@code de-CH}, {@code zh_Hant_TW} and {@code es_419}, and distinguishes
 * them from words that begin with a language code, such as {@code no_speech}.
 */
final class LanguageTags {
  private static final Set<String> REGIONS = Set.of(Locale.getISOCountries());

  /** Scripts that ISO 15924 has and Unicode has not. */
  private static final Set<String> SCRIPTS = Set.of("hans", "hant", "jpan", "kore");

  /** Variants that recordings come in, and the United Kingdom's wrong code. */
  private static final Set<String> OTHERS =
      Set.of(
          "uk",
          "valencia",
          "sursilv",
          "vallader",
          "sutsilv",
          "surmiran",
          "puter",
          "rumgr",
          "scotland",
          "tarask");

  private LanguageTags() {}

  /**
   * The language of a tag; the text itself if it is one word; null if it is not a tag.
   *
   * @param text in lower case
   */
  static String language(String text) {
    String[] parts = text.split("[.@]", 2)[0].split("[-_]", -1);
    return parts.length == 1 || isSubtag(parts[1]) ? parts[0] : null;
  }

  private static boolean isSubtag(String part) {
    return part.matches("[0-9]{3}|(?=.*[0-9])[a-z0-9]{4,8}")
        || REGIONS.contains(part.toUpperCase(Locale.ROOT))
        || OTHERS.contains(part)
        || SCRIPTS.contains(part)
        || (part.matches("[a-z]{4}") && isScript(part));
  }

  private static boolean isScript(String part) {
    try {
      Character.UnicodeScript.forName(part);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
