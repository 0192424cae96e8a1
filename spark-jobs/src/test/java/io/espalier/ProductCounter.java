package io.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import java.util.List;
import java.util.Set;

/** Adds up the products of each kernel's text, from the shapes of its arguments. */
public final class ProductCounter implements Kernels.Observer {
  private long flops;
  private int packed;

  /** FLOPs of all products since the last reset. */
  public long flops() {
    return flops;
  }

  /** How often slots of a cache were cleared. */
  public int packed() {
    return packed;
  }

  /** Begins to add up anew. */
  public void reset() {
    flops = 0;
  }

  @Override
  public void called(String kernel, List<Object> a) {
    packed += kernel.equals("pack_slots") ? 1 : 0;
    flops +=
        switch (kernel) {
          case "ffn_swish", "ffn_relu" -> linear(rows(a, 0), a, 3) + linear(rows(a, 0), a, 5);
          case "attention", "attention_received" -> attention(a);
          case "neighbour_cosines" ->
              2 * shape(a, 0).get(0) * (shape(a, 0).get(1) - 1) * shape(a, 0).get(2);
          case "cgmlp" -> gating(a) + linear(rows(a, 0), a, 13);
          case "merge_both" -> {
            long columns = shape(a, 0).get(2) + shape(a, 1).get(2);
            yield rows(a, 0) * 2 * columns * shape(a, 2).get(-1 + dims(a, 2))
                + linear(rows(a, 0), a, 4);
          }
          case "merge_one" ->
              rows(a, 0) * 2 * shape(a, 0).get(2) * shape(a, 1).get(-1 + dims(a, 1))
                  + linear(rows(a, 0), a, 3);
          case "subsample" -> subsampling(a);
          case "source_keys" -> linear(rows(a, 0), a, 1);
          case "cached_attention" -> cached(a);
          case "source_attention" -> source(a);
          case "log_probs" -> linear(rows(a, 0), a, 3);
          case "ctc_log_probs", "ctc_normalizer", "exact_log_probs", "linear_exact" ->
              linear(rows(a, 0), a, 1);
          case "condition", "ctc_best" -> linear(rows(a, 0), a, 1) + linear(rows(a, 0), a, 3);
          case "ctc_columns" -> 2 * shape(a, 4).size() * shape(a, 0).get(1) * shape(a, 0).get(2);
          case "linear" -> linear(rows(a, 0), a, 1);
          default -> other(kernel);
        };
  }

  /** Kernels without products, and the front end, which is no part of the account. */
  private static long other(String kernel) {
    Set<String> known =
        Set.of(
            "row_range",
            "residual",
            "gather_rows",
            "residual_rows",
            "layer_norm",
            "add_positions",
            "prepend",
            "lookup",
            "embed",
            "new_cache",
            "resize_cache",
            "cut_cache",
            "store_cache",
            "pack_slots",
            "hypotheses",
            "join_rows",
            "pick_positions",
            "pick_frames",
            "merge_frames",
            "forbid",
            "apply_filter",
            "best",
            "compute",
            "no_layer",
            "possible",
            "pack",
            "pack_conv",
            "pack_exact",
            "pack_window",
            "power_spectrum",
            "log_mel",
            "normalize");
    assertThat(known).as("a kernel that this test does not know").contains(kernel);
    return 0;
  }

  /** The whole network with the first tile: the borders that tiles share count once. */
  private static long subsampling(List<Object> a) {
    if ((long) a.get(11) > 0) {
      return 0;
    }
    long rows = (long) a.get(10);
    long frames = shape(a, 0).get(1);
    long bins = shape(a, 0).get(2);
    long flops = 0;
    for (int convolution = 1; convolution <= 5; convolution += 2) {
      if (shape(a, convolution).size() > 0) {
        frames = half(frames);
        bins = half(bins);
        flops += 2 * rows * frames * bins * shape(a, convolution).size();
      }
    }
    return flops + linear(rows * frames, a, 7);
  }

  private static long attention(List<Object> a) {
    long frames = shape(a, 0).get(1);
    long width = shape(a, 0).get(2);
    return linear(rows(a, 0), a, 3) + linear(rows(a, 0), a, 5) + 4 * rows(a, 0) * frames * width;
  }

  private static long gating(List<Object> a) {
    long half = shape(a, 3).get(0);
    long kernel = shape(a, 9).get(-1 + dims(a, 9));
    long inside = shape(a, 11).size() > 0 ? linear(rows(a, 0), a, 11) : 0;
    return linear(rows(a, 0), a, 3)
        + linear(rows(a, 0), a, 5)
        + 2 * rows(a, 0) * half * kernel
        + inside;
  }

  private static long cached(List<Object> a) {
    long tokens = shape(a, 0).get(1);
    long used = (long) a.get(10) + tokens;
    return linear(rows(a, 0), a, 3)
        + linear(rows(a, 0), a, 5)
        + 4 * rows(a, 0) * used * shape(a, 0).get(2);
  }

  private static long source(List<Object> a) {
    long frames = shape(a, 9).get(3);
    return linear(rows(a, 0), a, 3)
        + linear(rows(a, 0), a, 5)
        + 4 * rows(a, 0) * frames * shape(a, 0).get(2);
  }

  /** Places that a convolution of width 3 and stride 2 has. */
  private static long half(long length) {
    return (length - 1) / 2;
  }

  /** Vectors of (rows, frames, width). */
  private static long rows(List<Object> a, int index) {
    return shape(a, index).get(0) * shape(a, index).get(1);
  }

  private static long linear(long vectors, List<Object> a, int weight) {
    return 2 * vectors * shape(a, weight).size();
  }

  private static int dims(List<Object> a, int index) {
    return shape(a, index).dimension();
  }

  private static Shape shape(List<Object> a, int index) {
    return (Shape) a.get(index);
  }
}
