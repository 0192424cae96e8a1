package io.espalier.spark.export.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineBreakerTest {
  private final LineBreaker breaker = new LineBreaker(new CueStyle(2, 42, 21, 1, 7, 0));

  @Test
  void whatFitsStaysOnOneLine() {
    assertThat(breaker.lines("A line of text.")).containsExactly("A line of text.");
  }

  @Test
  void twoLinesAreAboutEquallyLong() {
    assertThat(breaker.lines("one two three four five six seven eight nine ten"))
        .containsExactly("one two three four five", "six seven eight nine ten");
  }

  @Test
  void aLineEndsWithAClauseWhereThatIsNearTheMiddle() {
    assertThat(breaker.lines("When the rain had stopped, they all went home again"))
        .containsExactly("When the rain had stopped,", "they all went home again");
  }

  @Test
  void aWordIsNeverDivided() {
    String word = "x".repeat(60);
    assertThat(breaker.lines("a " + word)).containsExactly("a", word);
    assertThat(breaker.fits("a " + word)).isFalse();
  }

  @Test
  void charactersOfEastAsiaTakeTwoColumns() {
    assertThat(breaker.fits("字".repeat(42))).isTrue();
    assertThat(breaker.fits("字".repeat(43))).isFalse();
    assertThat(breaker.lines("字".repeat(42))).allMatch(line -> line.length() == 21);
  }

  @Test
  void thaiIsDividedBetweenWords() {
    String text = "ภาษาไทยเป็นภาษาที่มีความสวยงามและมีประวัติศาสตร์ยาวนาน";
    assertThat(breaker.lines(text))
        .hasSize(2)
        .noneMatch(line -> Scripts.width(line.codePointAt(0)) == 0);
    assertThat(String.join("", breaker.lines(text))).isEqualTo(text);
  }
}
