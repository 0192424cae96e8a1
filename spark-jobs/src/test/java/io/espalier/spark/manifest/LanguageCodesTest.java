package io.espalier.spark.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageCodesTest {
  @ParameterizedTest
  @CsvSource({
    "de, deu",
    "DE, deu",
    "fr-CH, fra",
    "zh_CN, zho",
    "it, ita",
    "deu, deu",
    "Deu, deu",
    "yue, yue",
    "klingon, klingon",
    "he, heb",
    "nolang, nolang",
    "auto, auto",
    "AUTO, auto",
    "yue-Hant-HK, yue",
    "yue_hant_hk, yue",
    "deu_Latn, deu",
    "es_419, spa",
    "ca-valencia, cat",
    "zh-CN-sichuan, zho",
    "zh_Hant_TW, zho",
    "de-1996, deu",
    "rm-sursilv, roh",
    "en_UK, eng",
    "de_DE.UTF-8, deu",
    "sr@latin, srp",
    "nan-tw, nan",
    "no_speech, no_speech",
    "no-lang, no-lang",
    "in-house, in-house",
    "auto-detected, auto-detected",
    "ger, deu",
    "fre, fra",
    "chi, zho",
    "jw, jav",
    "0, 0",
    "17, 17"
  })
  void codesBecomeThreeLetters(String given, String expected) {
    assertThat(LanguageCodes.normalize(given)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "English, eng",
    "GERMAN, deu",
    "  french ,fra",
    "Deutsch, deu",
    "français, fra",
    "Русский, rus",
    "日本語, jpn",
    "中文, zho",
    "עברית, heb",
    "Norwegian Bokmål, nob",
    "Bengali, ben",
    "Bangla, ben",
    "Oriya, ori",
    "Odia, ori",
    "Burmese, mya",
    "Myanmar, mya",
    "Maori, mri",
    "Māori, mri",
    "Mandarin Chinese, zho",
    "Cantonese Chinese, yue",
    "Sorani-Kurdish, ckb",
    "Northern-Sotho, nso",
    "Kabuverdianu, kea",
    "Kyrgyz, kir",
    "Fula, ful",
    "Ganda, lug",
    "Haitian Creole, hat",
    "Flemish, nld",
    "Asturian, ast",
    "Cebuano, ceb"
  })
  void namesBecomeCodes(String given, String expected) {
    assertThat(LanguageCodes.normalize(given)).isEqualTo(expected);
  }

  @Test
  void everyLanguageOfThePlatformIsKnownByItsEnglishName() {
    for (String code : Locale.getISOLanguages()) {
      Locale locale = Locale.forLanguageTag(code);
      String name = locale.getDisplayLanguage(Locale.ENGLISH);
      // The code mo is withdrawn, and the platform gives it a withdrawn one of three letters.
      if (!name.equals(code) && !code.equals("mo")) {
        assertThat(LanguageCodes.normalize(name)).as(name).isEqualTo(locale.getISO3Language());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"klingon", "nolang", "0", "English (US)", "deutsch?", "x", "de deu"})
  void whatIsNoLanguageIsRefusedWhereThereMustBeOne(String given) {
    assertThatThrownBy(() -> LanguageCodes.required(given, "--language"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + given + "' of --language");
  }

  @Test
  void noLanguageIsNull() {
    assertThat(LanguageCodes.normalize("und")).isNull();
    assertThat(LanguageCodes.normalize(" ")).isNull();
    assertThat(LanguageCodes.normalize(null)).isNull();
  }
}
