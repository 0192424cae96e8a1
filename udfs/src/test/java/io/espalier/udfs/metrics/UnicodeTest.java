package io.espalier.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected values are what Python 3.11, sacreBLEU 2.6.0 and Whisper's normalisers give. */
class UnicodeTest {

  @Test
  void aSymbolThatIsNewerThanJavasUnicodeIsATokenOfItsOwn() {
    String meltingFace = "\uD83E\uDEE0";
    assertThat(BleuTokenizer.INTERNATIONAL.tokens("so" + meltingFace + "hot"))
        .isEqualTo(List.of("so", meltingFace, "hot"));
    assertThat(BasicNormalizer.normalize("so" + meltingFace + "hot")).isEqualTo("so hot");
  }

  @Test
  void aLetterBeyondTheBasicPlaneIsPartOfItsWord() {
    assertThat(new EnglishNormalizer().normalize("\uD840\uDC00½ x")).isEqualTo("\uD840\uDC001 2 x");
  }

  @Test
  void aSigmaIsFinalAfterALetterAndNotBeforeOne() {
    assertThat(PythonText.lower("ΟΔΟΣ Σ ΑΣ.Β Α'Σ!")).isEqualTo("οδος σ ασ.β α'ς!");
  }

  @Test
  void aTabAloneStaysInItsWordAndTwoDivide() {
    assertThat(ErrorRate.words("a\tb\t\tc \u00a0d\u00a0e"))
        .containsExactly("a\tb", "c", "d\u00a0e");
  }

  @Test
  void theChineseTokeniserTakesGeneralPunctuationForChineseButNotTheSupplementaryIdeographs() {
    assertThat(BleuTokenizer.CHINESE.tokens("a–b\uD840\uDC00\uD840\uDC00"))
        .isEqualTo(List.of("a", "–", "b\uD840\uDC00\uD840\uDC00"));
  }
}
