package io.espalier.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Which frames of a padded batch are real.
 *
 * @param keys (rows, 1, 1, frames) booleans for attention, or an empty array if all are real
 * @param keep (rows, frames, 1) ones and zeros that stop padding from leaking through convolutions
 *     over time, or an empty array if it may
 * @param lengths real frames of each row; empty if all are real
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record FrameMask(NDArray keys, NDArray keep, int[] lengths) {
  private static final int[] ALL = {};

  /** All frames of all rows are real. */
  public static FrameMask none(NDManager manager) {
    return new FrameMask(
        manager.zeros(new Shape(0), DataType.BOOLEAN), manager.zeros(new Shape(0)), ALL);
  }

  /**
   * The real frames of a row: those that it would have alone.
   *
   * @param padded frames of the batch
   */
  public long frames(int row, long padded) {
    return lengths.length == 0 ? padded : lengths[row];
  }

  /**
   * The first {@code lengths[i]} of {@code frames} are real.
   *
   * @param isolate also keep padding out of the convolutions, which makes a row's result
   *     independent of its neighbours; ESPnet lets it leak
   */
  public static FrameMask of(NDManager manager, int[] lengths, int frames, boolean isolate) {
    boolean[] real = new boolean[lengths.length * frames];
    float[] ones = new float[isolate ? real.length : 0];
    for (int row = 0; row < lengths.length; row++) {
      for (int frame = 0; frame < lengths[row]; frame++) {
        real[row * frames + frame] = true;
        if (isolate) {
          ones[row * frames + frame] = 1;
        }
      }
    }
    return new FrameMask(
        HostData.of(manager, real, new Shape(lengths.length, 1, 1, frames)),
        isolate
            ? HostData.of(manager, ones, new Shape(lengths.length, frames, 1))
            : manager.zeros(new Shape(0)),
        lengths.clone());
  }

  /**
   * The mask of some rows, owned by {@code manager}.
   *
   * @param indices what {@code rows} has on the device
   */
  public FrameMask select(Kernels kernels, NDManager manager, NDArray rows, int... indices) {
    return new FrameMask(
        select(kernels, manager, keys, rows),
        select(kernels, manager, keep, rows),
        lengths.length == 0 ? ALL : Arrays.stream(indices).map(row -> lengths[row]).toArray());
  }

  /** The mask of neighbouring rows, owned by {@code manager}. */
  public FrameMask range(Kernels kernels, NDManager manager, int start, int count) {
    return new FrameMask(
        range(kernels, manager, keys, start, count),
        range(kernels, manager, keep, start, count),
        lengths.length == 0 ? ALL : Arrays.copyOfRange(lengths, start, start + count));
  }

  private static NDArray range(
      Kernels kernels, NDManager manager, NDArray all, int start, int count) {
    return all.size() == 0
        ? all
        : kernels.call("row_range").with(all).with(start).with(count).run(manager);
  }

  private static NDArray select(Kernels kernels, NDManager manager, NDArray all, NDArray rows) {
    return all.size() == 0 ? all : kernels.call("gather_rows").with(all).with(rows).run(manager);
  }
}
