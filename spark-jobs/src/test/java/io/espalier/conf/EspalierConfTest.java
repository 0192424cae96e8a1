package io.espalier.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EspalierConfTest {
  private enum Shape {
    ROUND_ONE,
    SQUARE
  }

  private static final ConfKey<Integer> BEAM = ConfKey.integer("beam", 5, 1, 100, "Beam width.");
  private static final ConfKey<Double> WEIGHT =
      ConfKey.decimal("ctc-weight", 0.25, 0.0, 1.0, "Weight.");
  private static final ConfKey<Boolean> RESUME = ConfKey.flag("resume", true, "Resume.");
  private static final ConfKey<Shape> SHAPE = ConfKey.choice("shape", Shape.SQUARE, "Shape.");
  private static final ConfKey<Optional<String>> NOTE = ConfKey.optionalText("note", "Note.");
  private static final List<ConfKey<?>> KEYS = List.of(BEAM, WEIGHT, RESUME, SHAPE, NOTE);

  @Test
  void anOptionWinsOverTheSessionAndTheSessionOverTheDefault() {
    EspalierConf conf =
        EspalierConf.of(
            KEYS,
            Map.of("spark.espalier.beam", "7", "spark.espalier.ctc-weight", "0.5"),
            Map.of("beam", "9"));
    assertThat(conf.get(BEAM)).isEqualTo(9);
    assertThat(conf.get(WEIGHT)).isEqualTo(0.5);
    assertThat(conf.get(RESUME)).isTrue();
    assertThat(conf.get(NOTE)).isEmpty();
  }

  @Test
  void propertiesOfOthersAreIgnored() {
    EspalierConf conf = EspalierConf.of(KEYS, Map.of("spark.beam", "7", "beam", "8"), Map.of());
    assertThat(conf.get(BEAM)).isEqualTo(5);
  }

  @Test
  void aChoiceIsSpelledInLowerCaseWithHyphens() {
    EspalierConf conf = EspalierConf.of(KEYS, Map.of(), Map.of("shape", "round-one"));
    assertThat(conf.get(SHAPE)).isEqualTo(Shape.ROUND_ONE);
    assertThat(SHAPE.type()).isEqualTo("one of round-one, square");
  }

  @Test
  void anUnknownKeyNamesTheNearestKnownOne() {
    assertThatThrownBy(
            () -> EspalierConf.of(KEYS, Map.of("spark.espalier.ctc-wieght", "0.5"), Map.of()))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Unknown key: spark.espalier.ctc-wieght, the nearest known key is"
                + " spark.espalier.ctc-weight");
  }

  @Test
  void allMistakesAreReportedAtOnce() {
    assertThatThrownBy(
            () ->
                EspalierConf.of(
                    KEYS,
                    Map.of("spark.espalier.beem", "5", "spark.espalier.resume", "yes"),
                    Map.of("beam", "0", "ctc-weight", "NaN", "shape", "oval")))
        .hasMessageContaining("Unknown key: spark.espalier.beem")
        .hasMessageContaining("Invalid spark.espalier.resume: 'yes', must be true or false")
        .hasMessageContaining("Invalid spark.espalier.beam: '0', must be int in [1, 100]")
        .hasMessageContaining("Invalid spark.espalier.ctc-weight: 'NaN'")
        .hasMessageContaining("'oval', must be one of round-one, square");
  }
}
