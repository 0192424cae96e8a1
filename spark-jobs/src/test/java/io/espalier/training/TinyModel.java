package io.espalier.training;

import ai.djl.ndarray.NDManager;
import io.espalier.owsm.OwsmConfig;
import io.espalier.training.data.Batch;
import io.espalier.training.objective.GateSource;
import io.espalier.training.objective.InitialParameters;
import io.espalier.training.objective.Objective;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import io.espalier.training.objective.ParameterLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A model of a few thousand parameters, and batches of noise for it. */
public final class TinyModel {
  public static final int VOCABULARY = 24;
  static final int MELS = 20;
  public static final OwsmConfig CONFIG = config();

  private TinyModel() {}

  private static OwsmConfig config() {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < VOCABULARY; id++) {
      tokens.add("t" + id);
    }
    return new OwsmConfig(
        new OwsmConfig.Frontend(16000, 512, 400, 160, MELS, 0, 8000, false),
        new OwsmConfig.Encoder(OwsmConfig.InputLayer.CONV2D, 16, 2, 24, 32, 5, 3, false, false, 2),
        new OwsmConfig.Decoder(2, 24, 1),
        tokens,
        true,
        2,
        0.02);
  }

  static ParameterLayout layout() {
    return ParameterLayout.of(CONFIG, Optional.empty(), name -> false);
  }

  /** An objective without dropout. */
  public static Objective objective(NDManager manager, double labelSmoothing, float[] parameters) {
    ObjectiveSettings settings =
        new ObjectiveSettings(
            0.3, CtcFirst.NONE, labelSmoothing, 0, 0, Distillation.NONE, Precision.FLOAT32);
    return new Objective(
        manager,
        CONFIG,
        layout(),
        settings,
        parameters,
        new float[0],
        parameters,
        new GateSource.Open());
  }

  /** Random parameters, in the order of the layout. */
  public static float[] parameters() {
    Map<String, float[]> drawn = InitialParameters.draw(CONFIG, 11);
    float[] all = new float[(int) layout().trainedSize()];
    for (ParameterLayout.Slot slot : layout().slots()) {
      float[] values = drawn.get(slot.name());
      System.arraycopy(values, 0, all, (int) slot.offset(), values.length);
    }
    return all;
  }

  /** Three utterances; the second has no transcript, targets are of different lengths. */
  public static Batch batch() {
    Random random = new Random(5);
    float[] features = new float[3 * 60 * MELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    long[] tokens = {5, 6, 7, 8, 5, 9, 10, 11, 5, 12, 13, 0};
    long[] targets = {-1, 7, 8, 4, 9, 10, 11, 4, 12, 13, 4, -1};
    long[] ctcTargets = {7, 8, 8, 1, 1, 1, 12, 13, 1};
    return new Batch(3, features, MELS, tokens, targets, ctcTargets, new long[] {3, -1, 2}, null);
  }
}
