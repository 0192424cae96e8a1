package io.espalier.search.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepetitionTest {
  @Test
  void threeTimesTheSameAtTheEndIsARepetition() {
    assertThat(Repetition.isAtEnd(new int[] {1, 2, 3, 3, 3})).isTrue();
    assertThat(Repetition.isAtEnd(new int[] {9, 1, 2, 1, 2, 1, 2})).isTrue();
    int[] twenty = IntStream.range(0, 60).map(i -> i % 20).toArray();
    assertThat(Repetition.isAtEnd(twenty)).isTrue();
  }

  @Test
  void twiceOrElsewhereIsNone() {
    assertThat(Repetition.isAtEnd(new int[0])).isFalse();
    assertThat(Repetition.isAtEnd(new int[] {1, 2, 1, 2})).isFalse();
    assertThat(Repetition.isAtEnd(new int[] {3, 3, 3, 1})).isFalse();
    int[] longer = IntStream.range(0, 63).map(i -> i % 21).toArray();
    assertThat(Repetition.isAtEnd(longer)).isFalse();
  }
}
