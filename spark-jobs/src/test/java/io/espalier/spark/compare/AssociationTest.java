package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AssociationTest {
  @Test
  void aLabelThatDecidesExplainsEverything() {
    List<Boolean> open = new ArrayList<>();
    List<String> label = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      open.add(i % 2 == 0);
      label.add(i % 2 == 0 ? "deu" : "eng");
    }
    Association found = Association.of(open, label);
    assertThat(found.openShare()).isEqualTo(0.5);
    assertThat(found.entropyBits()).isCloseTo(1, within(1e-12));
    assertThat(found.labels()).isEqualTo(2);
    assertThat(found.explained()).isCloseTo(1, within(1e-3));
  }

  @Test
  void theFigureIsThatOfTheFormula() {
    // Three quarters are open; of label a all are, of label b half: I = H(3/4) - H(1/2) / 2.
    List<Boolean> open = List.of(true, true, true, false);
    List<String> label = List.of("a", "a", "b", "b");
    double entropy = -(0.75 * log2(0.75) + 0.25 * log2(0.25));
    double bias = 1 / (2 * Math.log(2) * 4);
    assertThat(Association.of(open, label).entropyBits()).isCloseTo(entropy, within(1e-12));
    assertThat(Association.of(open, label).informationBits())
        .isCloseTo(entropy - 0.5 - bias, within(1e-12));
  }

  @Test
  void manyLabelsExplainNothingByChanceAlone() {
    SplittableRandom random = new SplittableRandom(3);
    List<Boolean> open = new ArrayList<>();
    List<String> label = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      open.add(random.nextBoolean());
      label.add("speaker " + random.nextInt(60));
    }
    assertThat(Association.of(open, label).explained()).isLessThan(0.04);
  }

  @Test
  void whatIsAlwaysTheSameHasNothingToExplain() {
    Association found = Association.of(List.of(true, true), List.of("a", "b"));
    assertThat(found.entropyBits()).isZero();
    assertThat(found.explained()).isNaN();
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
