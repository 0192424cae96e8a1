package io.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguagesTest {
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
    "nolang, nolang"
  })
  void twoLettersBecomeThree(String given, String expected) {
    assertThat(Languages.normalize(given)).isEqualTo(expected);
  }

  @Test
  void noLanguageIsNull() {
    assertThat(Languages.normalize(" ")).isNull();
    assertThat(Languages.normalize(null)).isNull();
  }
}
