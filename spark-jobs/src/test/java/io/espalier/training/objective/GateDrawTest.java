package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateArrays;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.TinyModel;
import io.espalier.training.data.Example;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateDrawTest {
  private static final SparsityRange RANGE = new SparsityRange(0.1, 0.7);
  private static final Float ASKED = 0.45f;
  private static final int STEPS = 1000;
  private static final GateConfig CONFIG =
      new GateConfig(
          Set.of(ContextKind.LANGUAGE),
          0,
          0,
          List.of("deu"),
          List.of(),
          8,
          16,
          RANGE,
          RANGE,
          ASKED);
  private static final List<Example> EXAMPLES =
      List.of(new Example("u1", "deu", "asr", Map.of("reference", "ja"), 60));

  @Test
  void targetsAreSpreadOverTheRange() {
    List<Float> targets = targets(0, 0, STEPS);
    assertThat(targets).allMatch(target -> target >= 0.1f && target <= 0.7f);
    assertThat(targets).filteredOn(target -> target < 0.4f).hasSizeBetween(430, 570);
    assertThat(targets).doesNotContain(ASKED);
  }

  @Test
  void aShareOfTheBatchesIsTrainedForWhatIsAskedByDefault() {
    assertThat(targets(0.5, 0, STEPS)).filteredOn(ASKED::equals).hasSizeBetween(430, 570);
  }

  @Test
  void targetsRiseFromZero() {
    assertThat(targets(1, 2 * STEPS, STEPS))
        .allSatisfy(target -> assertThat(target).isCloseTo(ASKED / 2, within(1e-6f)));
  }

  @Test
  void contextsAreHiddenAsOftenAsTheRecipeSays() {
    long seen = IntStream.range(0, STEPS).filter(i -> draw(0, 0, i).known()[2] == 1).count();
    assertThat(seen).isBetween(630L, 770L);
  }

  private static List<Float> targets(double askedShare, long curriculum, long step) {
    return IntStream.range(0, STEPS)
        .mapToObj(i -> draw(askedShare, curriculum, step, i).targets()[0])
        .toList();
  }

  private static GateArrays draw(double askedShare, long curriculum, int seed) {
    return draw(askedShare, curriculum, STEPS, seed);
  }

  private static GateArrays draw(double askedShare, long curriculum, long step, int seed) {
    GateSettings.Learned settings =
        new GateSettings.Learned(
            new GateSettings.Shape(CONFIG.contexts(), 8, 16),
            GateSettings.Spread.NONE,
            0.3,
            new GateSettings.Temperature(1, 1, 1),
            STEPS,
            1,
            GateSettings.Measure.MODULES,
            new GateSettings.Targets(RANGE, RANGE, ASKED, askedShare, curriculum));
    return new GateDraw(CONFIG, settings, TinyModel.CONFIG)
        .train(EXAMPLES, List.of("asr"), List.of(60), step, new SplittableRandom(seed));
  }
}
