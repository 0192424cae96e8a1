package io.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.espalier.Locales;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateScript;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.TinyModel;
import io.espalier.training.objective.GateSettings.Targets;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The programs that are written for libtorch are the same on every machine. */
class GeneratedSourceTest {
  private static final GateConfig GATES =
      new GateConfig(
          EnumSet.allOf(ContextKind.class),
          1200,
          4,
          List.of("eng", "deu"),
          List.of("asr", "st_eng"),
          8,
          1024,
          new SparsityRange(0, 0.7),
          new SparsityRange(0, 0.7),
          0.4,
          new FrameView(FrameView.Pooling.ATTENTIVE, 1024, FrameView.Scope.LAYER));

  @Test
  void gatePredictorsAreTheSameInEveryLocale() throws Exception {
    Locales.assertSameInAll(
        () ->
            GateScript.functions()
                + encoder()
                + GateScript.decoder(GATES, TinyModel.CONFIG, "y", "d", name -> name));
    assertThat(encoder()).contains("targets, 1, 0, 1");
  }

  private static String encoder() {
    return GateScript.encoder(GATES, TinyModel.CONFIG, 1, "x", "e", name -> name);
  }

  @Test
  void theTrainingStepIsTheSameInEveryLocale() throws Exception {
    GateSettings.Learned learned =
        new GateSettings.Learned(
            new GateSettings.Shape(GATES.contexts(), GATES.projection(), GATES.hidden()),
            GateSettings.Spread.NONE,
            0.2,
            new GateSettings.Temperature(1, 0.5, 10),
            1,
            0.5,
            GateSettings.Measure.MODULES,
            new Targets(GATES.encoder(), GATES.decoder(), GATES.target(), 0, 0));
    for (Precision precision : Precision.values()) {
      ObjectiveSettings settings =
          new ObjectiveSettings(
              0.3, CtcFirst.NONE, 0.1, 0.1, 0.1, new Distillation(0.5, 10), precision);
      ParameterLayout layout =
          ParameterLayout.of(TinyModel.CONFIG, Optional.of(GATES), name -> name.contains("norm"));
      Locales.assertSameInAll(
          () ->
              ObjectiveSource.of(
                  TinyModel.CONFIG,
                  layout,
                  settings,
                  new GateSource.Learned(GATES, learned),
                  Device.cpu()));
    }
  }
}
