package io.espalier.nn;

import java.util.Locale;

/**
 * The number format of a model's matrix products, dense and depthwise convolutions. Layer norms,
 * softmax, the residual stream, log-probabilities, CTC and gate predictors compute in float32 in
 * any case.
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

  /** As options and tables have it: {@code float32}, {@code bfloat16}, {@code float16}, {@code int8}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
