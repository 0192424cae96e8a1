package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import java.util.List;

/**
 * Where a window's frames are: a row of the batch that they were computed in.
 *
 * @param batch (rows, frames, width)
 */
public record RowSource(NDArray batch, int row) {
  /**
   * Puts rows of several batches into one; copies nothing if they are one already.
   *
   * @param frames of the result; longer rows are cut, shorter ones get zeros behind them
   * @return (rows, frames, width)
   */
  public static NDArray gather(Kernels kernels, NDManager scope, List<RowSource> rows, int frames) {
    NDArray first = rows.get(0).batch;
    boolean whole = first.getShape().get(0) == rows.size() && first.getShape().get(1) == frames;
    for (int i = 0; whole && i < rows.size(); i++) {
      whole = rows.get(i).batch == first && rows.get(i).row == i;
    }
    if (whole) {
      return first;
    }
    NDList parts = new NDList();
    for (RowSource source : rows) {
      parts.add(source.frames(kernels, scope, frames));
    }
    NDArray all = NDArrays.concat(parts, 0);
    all.attach(scope);
    return all;
  }

  /**
   * (1, frames, width) of this row alone; cut, or with zeros behind it, if it has another length.
   */
  public NDArray frames(Kernels kernels, NDManager scope, int frames) {
    NDArray own = kernels.call("row_range").with(batch).with(row).with(1).run(scope);
    long there = own.getShape().get(1);
    if (there == frames) {
      return own;
    }
    if (there > frames) {
      return own.get(":, :" + frames);
    }
    NDArray silence = scope.zeros(new Shape(1, frames - there, own.getShape().get(2)));
    NDArray longer = own.concat(silence, 1);
    longer.attach(scope);
    return longer;
  }
}
