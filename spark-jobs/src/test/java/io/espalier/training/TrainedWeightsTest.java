package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.OwsmParameters;
import io.espalier.training.objective.InitialParameters;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The model that a validation decodes with. */
class TrainedWeightsTest {
  private static final int FRAMES = 60;
  private static final int ROUNDS = 5;
  private static final int BUFFERS = 20_000;

  /** Layers keep what they pack; its originals are closed, and whatever held them is collected. */
  @Test
  void itsLayersOutliveTheArraysThatTheyWereMadeFrom() throws InterruptedException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, float[]> parameters = new TreeMap<>(InitialParameters.draw(TinyModel.CONFIG, 11));
      float[] ones = new float[TinyModel.MELS];
      Arrays.fill(ones, 1);
      parameters.put(OwsmParameters.MEAN, new float[TinyModel.MELS]);
      parameters.put(OwsmParameters.STD, ones);
      TrainingModel model =
          new TrainingModel(TinyModel.CONFIG, Optional.empty(), Path.of("none"), parameters);
      Weights weights = model.weights(manager, TinyModel.layout(), TinyModel.parameters());
      OwsmModel owsm =
          new OwsmModel(TinyModel.CONFIG, weights, Kernels.load(manager, Precision.FLOAT32));
      weights.releasePacked();
      float[] before = encoded(owsm, manager);
      for (int round = 0; round < ROUNDS; round++) {
        List<ByteBuffer> held = takeTheMemoryOfOthers();
        assertThat(encoded(owsm, manager)).as("after %d buffers", held.size()).isEqualTo(before);
      }
    }
  }

  /** Collects garbage, and writes over what the buffers among it had. */
  private static List<ByteBuffer> takeTheMemoryOfOthers() throws InterruptedException {
    System.gc();
    Thread.sleep(50); // The collector's buffers are freed by another thread.
    List<ByteBuffer> held = new ArrayList<>();
    for (int i = 0; i < BUFFERS; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(16 * (1 + i % 16));
      while (buffer.hasRemaining()) {
        buffer.putFloat(Float.NaN);
      }
      held.add(buffer);
    }
    return held;
  }

  private static float[] encoded(OwsmModel model, NDManager manager) {
    float[] features = new float[FRAMES * TinyModel.MELS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) Math.sin(i);
    }
    try (NDManager scope = manager.newSubManager();
        NDArray input = HostData.of(scope, features, new Shape(1, FRAMES, TinyModel.MELS));
        NDArray frames = model.encoder().subsample(scope, input, CostMeter.NONE);
        NDArray encoded =
            model
                .encoder()
                .forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, CostMeter.NONE)) {
      return encoded.toFloatArray();
    }
  }
}
