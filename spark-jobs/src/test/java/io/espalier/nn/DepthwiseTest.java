package io.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DepthwiseTest {
  private static final int CHANNELS = 144;
  private static final int FRAMES = 124;
  private static final int KERNEL = 15;

  /** oneDNN 3.7 never comes back from this one in bfloat16 on two threads. */
  @Test
  void aShapeThatHangsInBfloat16IsComputed() {
    float[] first = assertTimeoutPreemptively(Duration.ofSeconds(60), DepthwiseTest::compute);
    for (float value : first) {
      assertThat(value).isEqualTo(1f);
    }
  }

  /** Ones through a kernel whose middle tap alone is one. */
  private static float[] compute() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      JniUtils.setGradMode(false);
      JniUtils.setNumThreads(2);
      Kernels kernels = Kernels.load(manager, Precision.BFLOAT16);
      float[] taps = new float[CHANNELS * KERNEL];
      for (int channel = 0; channel < CHANNELS; channel++) {
        taps[channel * KERNEL + KERNEL / 2] = 1;
      }
      NDArray x =
          kernels.call("compute").with(manager.ones(new Shape(1, FRAMES, CHANNELS))).run(manager);
      NDArray y =
          kernels
              .call("depthwise")
              .with(x)
              .with(manager.create(taps, new Shape(CHANNELS, 1, 1, KERNEL)))
              .with(manager.zeros(new Shape(CHANNELS)))
              .run(manager);
      try (NDArray sum =
          kernels
              .call("residual")
              .with(manager.zeros(y.getShape()))
              .with(y)
              .with(1.0)
              .run(manager)) {
        return sum.toFloatArray();
      }
    }
  }
}
