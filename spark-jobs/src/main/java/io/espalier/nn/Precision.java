package io.espalier.nn;

import ai.djl.Device;
import io.espalier.conf.UsageException;
import java.util.Locale;

/**
 * The number format of a model's matrix products and dense convolutions. Layer norms, softmax,
 * depthwise convolutions, the residual stream, log-probabilities, CTC and gate predictors compute
 * in float32 in any case; oneDNN 3.7 hangs in some depthwise convolutions in bfloat16.
 */
public enum Precision {
  /** 24 bits of mantissa: the format of ESPnet's own results. */
  FLOAT32(6),

  /** 8 bits of mantissa and the range of float32: for CPUs with AVX512-BF16 or AMX, and GPUs. */
  BFLOAT16(15),

  /** 11 bits of mantissa and a small range: for GPUs. */
  FLOAT16(5),

  /**
   * Linear layers with 8-bit weights, one scale for each output, and 8-bit inputs, one scale for
   * each frame; the rest is float32. For CPUs with VNNI.
   */
  INT8(6);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** libtorch's number of the type of activations. */
  int scalarType() {
    return scalarType;
  }

  /**
   * Makes sure that a device can compute in it.
   *
   * @throws UsageException if it cannot
   */
  public void requireOn(Device device) {
    if (device.isGpu() && this == INT8) {
      throw new UsageException(
          "Cannot compute in int8 on a GPU: use --precision float32, bfloat16 or float16");
    }
    if (!device.isGpu() && this == FLOAT16) {
      throw new UsageException(
          "Cannot compute in float16 on a CPU: use --precision float32, bfloat16 or int8");
    }
    if (this == INT8 && !CpuFeatures.ofThisMachine().hasInt8()) {
      throw new UsageException(
          "Cannot compute in int8: this CPU has no VNNI instructions. Use --precision float32");
    }
  }

  /**
   * As options and tables have it: {@code float32}, {@code bfloat16}, {@code float16}, {@code
   * int8}.
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
