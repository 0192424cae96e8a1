package io.espalier.spark.manifest;

import io.espalier.conf.UsageException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people call languages, to ISO 639-3, which is what OWSM's language tokens are. */
public final class LanguageCodes {
  /** Stands for a language that is to be identified. */
  public static final String IDENTIFY = "auto";

  /** The results of {@link #normalize} for a language, as a regular expression. */
  static final String CODE = "[a-z]{3}|" + IDENTIFY;

  private static final String UNDETERMINED = "und";

  /** ISO 639-1 to ISO 639-3. */
  static final Map<String, String> THREE_LETTERS =
      Arrays.stream(Locale.getISOLanguages())
          .collect(
              Collectors.toUnmodifiableMap(
                  Function.identity(), code -> Locale.forLanguageTag(code).getISO3Language()));

  /** ISO 639-2's codes for libraries, where they differ from ISO 639-3's. */
  private static final Map<String, String> BIBLIOGRAPHIC =
      pairs(
          "alb sqi arm hye baq eus bur mya chi zho cze ces dut nld fre fra geo kat ger deu gre ell"
              + " ice isl mac mkd mao mri may msa per fas rum ron slo slk tib bod wel cym");

  private LanguageCodes() {}

  /**
   * {@code de}, {@code DE}, {@code de-CH}, {@code ger}, {@code deu_Latn}, {@code German} and {@code
   * Deutsch} become {@code deu}. Of any other text only case and blanks are lost: it matches {@link
   * #CODE} if it can be a language. Null, blank and {@code und} mean that the language is not
   * known: null.
   */
  public static String normalize(String language) {
    if (language == null || language.isBlank()) {
      return null;
    }
    String code = language.strip().toLowerCase(Locale.ROOT);
    if (code.equals(UNDETERMINED)) {
      return null;
    }
    if (code.matches(CODE)) {
      return BIBLIOGRAPHIC.getOrDefault(code, code);
    }
    String primary = LanguageTags.language(code);
    if (primary != null && THREE_LETTERS.containsKey(primary)) {
      return THREE_LETTERS.get(primary);
    }
    String named = LanguageNames.code(code);
    if (named != null) {
      return named;
    }
    return primary != null && primary.matches(CODE)
        ? BIBLIOGRAPHIC.getOrDefault(primary, primary)
        : code;
  }

  /**
   * {@link #normalize} of something that has to be a language.
   *
   * @param where it was given, such as {@code --language}
   * @throws UsageException if it is not a language
   */
  public static String required(String language, String where) {
    String code = normalize(language);
    if (code != null && !code.matches(CODE)) {
      throw new UsageException(
          ("Invalid language: '%s' of %s, must be a code such as deu or de, or a"
                  + " name such as German")
              .formatted(language, where));
    }
    return code;
  }

  /**
   * The code of a language option.
   *
   * @param option its name, such as {@code --language}
   * @return absent if the language is to be identified
   * @throws UsageException if it is not a language
   */
  public static Optional<String> option(String text, String option) {
    String language = required(text, option);
    return IDENTIFY.equals(language) ? Optional.empty() : Optional.ofNullable(language);
  }

  /** A map of words that stand in pairs. */
  static Map<String, String> pairs(String words) {
    String[] each = words.split(" ", -1);
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < each.length; i += 2) {
      pairs.put(each[i], each[i + 1]);
    }
    return Map.copyOf(pairs);
  }
}
