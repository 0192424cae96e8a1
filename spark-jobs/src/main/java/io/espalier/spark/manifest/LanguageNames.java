package io.espalier.spark.manifest;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Names of languages in English and in the language itself, from the platform's own data (CLDR),
 * and other names that data sets use.
 */
final class LanguageNames {
  /** LanguageCodes of OWSM that have no code of two letters. */
  private static final String OTHERS =
      "ast bas ceb ckb cnh dgd fil frr hsb kam kea kmr luo mdf mhr mrj myv nan nso quy sah sat skr"
          + " tok tpi umb vot wuu yue";

  /** Underscores are blanks here. */
  private static final String ALIASES =
      "bengali ben oriya ori farsi fas castilian spa flemish nld valencian cat moldavian ron"
          + " moldovan ron myanmar mya pushto pus panjabi pan sinhalese sin haitian hat"
          + " letzeburgesch ltz slovene slv nynorsk nno bokmal nob kirghiz kir kyrgyz kir uighur"
          + " uig uyghur uig sepedi nso chichewa nya luganda lug ganda lug fula ful fulani ful"
          + " mandarin zho mandarin_chinese zho chinese_mandarin zho simplified_chinese zho"
          + " traditional_chinese zho cantonese yue cantonese_chinese yue sorani ckb sorani_kurdish"
          + " ckb kurmanji kmr maori mri gaelic gla byelorussian bel jw jav";

  private static final Map<String, String> CODES = codes();

  private LanguageNames() {}

  /** The ISO 639-3 code of a name, whatever its case; null if nothing is called that. */
  static String code(String name) {
    String key = key(name);
    return CODES.getOrDefault(key, CODES.get(plain(key)));
  }

  private static Map<String, String> codes() {
    Map<String, String> codes = new HashMap<>();
    LanguageCodes.pairs(ALIASES).forEach((name, code) -> codes.put(key(name), code));
    List<String> languages =
        Stream.concat(Arrays.stream(Locale.getISOLanguages()), Arrays.stream(OTHERS.split(" ", -1)))
            .toList();
    for (String language : languages) {
      Locale locale = Locale.forLanguageTag(language);
      String code = LanguageCodes.THREE_LETTERS.getOrDefault(language, language);
      for (Locale in : List.of(Locale.ENGLISH, locale)) {
        String name = key(locale.getDisplayLanguage(in));
        // Where the platform has no name, it gives the code.
        if (!name.equals(language)) {
          codes.putIfAbsent(name, code);
          codes.putIfAbsent(plain(name), code);
        }
      }
    }
    return Map.copyOf(codes);
  }

  private static String key(String name) {
    String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
    return composed.toLowerCase(Locale.ROOT).replaceAll("[-_\\s]+", " ").strip();
  }

  /** A name in Latin letters without its accents. */
  private static String plain(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFD).replaceAll("[\\u0300-\\u036F]", "");
  }
}
