package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Matrices of 8-bit numbers with one scale for each row, from -127 to 127 times the scale. The
 * scales are a float32 vector of their own, named like the matrix with {@code _scale} behind it.
 */
final class Quantized {
  private static final String SUFFIX = "_scale";
  private static final int MOST = 127;

  private Quantized() {}

  static String scaleOf(String matrix) {
    return matrix + SUFFIX;
  }

  static String matrixOf(String scales) {
    return scales.substring(0, scales.length() - SUFFIX.length());
  }

  /** Adds the scales of all matrices of 8-bit numbers. */
  static Map<String, TensorType> withScales(Map<String, TensorType> tensors) {
    Map<String, TensorType> all = new LinkedHashMap<>(tensors);
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.type() == ElementType.INT8) {
            Shape rows = new Shape(tensor.shape().get(0));
            all.put(scaleOf(name), new TensorType(ElementType.FLOAT32, rows));
          }
        });
    return all;
  }

  /** What the tensors are read as: matrices that have scales as float32, and no scales. */
  static Map<String, TensorType> asRead(Map<String, TensorType> tensors) {
    Map<String, TensorType> read = new LinkedHashMap<>(tensors);
    tensors.forEach(
        (name, tensor) -> {
          if (isQuantized(name, tensor, tensors)) {
            read.put(name, new TensorType(ElementType.FLOAT32, tensor.shape()));
            read.remove(scaleOf(name));
          }
        });
    return read;
  }

  private static boolean isQuantized(
      String name, TensorType tensor, Map<String, TensorType> tensors) {
    TensorType scales = tensors.get(scaleOf(name));
    return tensor.type() == ElementType.INT8
        && tensor.shape().dimension() == 2
        && scales != null
        && scales.type() == ElementType.FLOAT32
        && scales.shape().equals(new Shape(tensor.shape().get(0)));
  }

  /** The largest magnitude of each row, over 127. */
  static float[] scales(float[] values, int rows) {
    float[] scales = new float[rows];
    int width = values.length / rows;
    for (int i = 0; i < values.length; i++) {
      scales[i / width] = Math.max(scales[i / width], Math.abs(values[i]));
    }
    for (int row = 0; row < rows; row++) {
      scales[row] /= MOST;
    }
    return scales;
  }

  /** The values in units of their rows' scales, rounded to whole numbers. */
  static float[] quantize(float[] values, float[] scales) {
    float[] whole = new float[values.length];
    int width = values.length / scales.length;
    for (int i = 0; i < values.length; i++) {
      float scale = scales[i / width];
      whole[i] = scale == 0 ? 0 : Math.max(-MOST, Math.min(MOST, Math.round(values[i] / scale)));
    }
    return whole;
  }
}
