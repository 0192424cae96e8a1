package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.CtcHead;
import java.util.Arrays;

/** Computes on the device what is asked for, from the frames of an encoder-decoder. */
public final class HeadColumns implements CtcColumns {
  private final CtcHead head;
  private final CostMeter meter;
  private final int row;
  private final NDManager manager;
  private final NDArray encoded;
  private final NDArray normalizer;
  private final int frames;
  private final int allFrames;

  /**
   * @param encoded (1, frames, width), all of them real; taken over
   * @param allFrames that there would be if the encoder had taken none away
   * @param row of the meter
   */
  public HeadColumns(
      NDManager parent, CtcHead head, NDArray encoded, int allFrames, CostMeter meter, int row) {
    this.head = head;
    this.meter = meter;
    this.row = row;
    this.manager = parent.newSubManager();
    this.encoded = encoded;
    encoded.attach(manager);
    this.frames = (int) encoded.getShape().get(1);
    this.normalizer = head.normalizer(manager, encoded);
    this.allFrames = allFrames;
    count(head.normalizerFlops(frames), head.normalizerFlops(allFrames));
  }

  private void count(long flops, long dense) {
    meter.spend(CostPart.CTC, row, flops);
    meter.dense(CostPart.CTC, row, dense);
  }

  @Override
  public float[][] of(int... ids) {
    count(head.columnFlops(frames, ids.length), head.columnFlops(allFrames, ids.length));
    try (NDManager scope = manager.newSubManager()) {
      NDArray index = HostData.of(scope, ids, new Shape(1, ids.length));
      float[] all = head.columns(scope, encoded, normalizer, index).toFloatArray();
      float[][] columns = new float[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        columns[i] = Arrays.copyOfRange(all, i * frames, (i + 1) * frames);
      }
      return columns;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
