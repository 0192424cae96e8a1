package io.espalier.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LogMelTest {
  private static final LogMelSettings SETTINGS =
      new LogMelSettings(16_000, 512, 400, 160, 80, 0, 8000);

  @Test
  void aBatchThatIsComputedInPartsEqualsItsRows() {
    int rows = 5;
    int length = 13 * 16_000; // Two rows make a part, so the last part has one.
    float[] samples = new float[rows * length];
    Random random = new Random(7);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.1 * (1 + i / length) * random.nextGaussian());
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      LogMel logMel = new LogMel(manager, Kernels.load(manager), SETTINGS, null, null, null);
      NDArray batch = HostData.of(manager, samples, new Shape(rows, length));

      NDArray together = logMel.forward(manager, batch);

      assertThat(together.getShape()).isEqualTo(new Shape(rows, logMel.frames(length), 80));
      for (int row = 0; row < rows; row++) {
        NDArray alone = logMel.forward(manager, batch.get(row + ":" + (row + 1)));
        NDArray distance = together.get(row + ":" + (row + 1)).sub(alone).abs().max();
        assertThat(distance.getFloat()).isCloseTo(0, within(1e-4f));
      }
    }
  }
}
