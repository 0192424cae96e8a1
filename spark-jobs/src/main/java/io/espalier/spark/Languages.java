package io.espalier.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** ISO 639-1 codes to ISO 639-3, which is what OWSM's language tokens are. */
final class Languages {
  private static final Map<String, String> THREE_LETTERS =
      Arrays.stream(Locale.getISOLanguages())
          .collect(
              Collectors.toUnmodifiableMap(
                  Function.identity(), code -> Locale.forLanguageTag(code).getISO3Language()));

  private Languages() {}

  /**
   * {@code de}, {@code DE} and {@code de-CH} become {@code deu}; any other text only loses its case
   * and its blanks, since the model's token list decides what a language is. Null and blank mean
   * that the language is not known: null.
   */
  static String normalize(String language) {
    if (language == null || language.isBlank()) {
      return null;
    }
    String code = language.strip().toLowerCase(Locale.ROOT);
    String primary = code.split("[-_]", 2)[0];
    return THREE_LETTERS.getOrDefault(primary, code);
  }
}
