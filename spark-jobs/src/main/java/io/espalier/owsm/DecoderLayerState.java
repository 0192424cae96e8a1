package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.CachedAttention;
import io.espalier.nn.FeedForward;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import java.util.List;
import java.util.stream.IntStream;

/** One layer's caches; they hold the rows for which the module is open, and no others. */
final class DecoderLayerState {
  private final Kernels kernels;
  private final NDManager manager;
  private final int index;
  private final DecoderLayer layer;
  private RowCache source;
  private RowCache self;

  /**
   * @param manager owns the caches
   * @param encoderOut (rows, frames, width)
   */
  DecoderLayerState(
      Decoder decoder, NDManager manager, int index, NDArray encoderOut, List<DecodedRow> rows) {
    this.kernels = decoder.kernels();
    this.manager = manager;
    this.index = index;
    this.layer = decoder.layers().get(index);
    rows.forEach(
        row ->
            row.count(
                CostPart.DECODER_SRC,
                index,
                DecoderModule.SRC,
                layer.source().keyFlops(row.frames()),
                layer.source().keyFlops(row.allFrames())));
    int[] open = open(rows, DecoderModule.SRC);
    if (open.length > 0) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray seen = RowSet.of(kernels, scope, open, rows.size()).gather(scope, encoderOut);
        NDArray keys = layer.source().keysAndValues(scope, seen);
        source = new RowCache(kernels, manager, keys, open);
      }
    }
  }

  private int[] open(List<DecodedRow> rows, DecoderModule module) {
    return IntStream.range(0, rows.size())
        .filter(place -> rows.get(place).isOpen(index, module))
        .toArray();
  }

  /**
   * What all layers of a call see.
   *
   * @param used slots that are filled
   * @param bias of self-attention, see {@link SlotBias}
   * @param sourceMask (rows, 1, 1, frames) booleans, or empty
   * @param frames of the source that any row has
   */
  record Call(List<DecodedRow> rows, int used, NDArray bias, NDArray sourceMask, int frames) {}

  /**
   * (rows, queries, width) to the same shape.
   *
   * @param queries how many of them are each row's own
   */
  NDArray forward(NDManager scope, NDArray input, Call call, int[] queries) {
    NDArray x = selfAttention(scope, input, call);
    x = sourceAttention(scope, x, call);
    count(call.rows(), queries);
    FeedForward ffn = layer.ffn();
    int[] open = open(call.rows(), DecoderModule.FFN);
    if (open.length == 0) {
      return x;
    }
    RowSet set = RowSet.of(kernels, scope, open, call.rows().size());
    return set.residual(scope, x, ffn.forward(scope, set.gather(scope, x)), 1.0);
  }

  /** Each row is charged for its own queries, slots and frames. */
  private void count(List<DecodedRow> rows, int[] queries) {
    for (int place = 0; place < queries.length; place++) {
      DecodedRow row = rows.get(place);
      int own = queries[place];
      long self = layer.self().flops(own, row.slots().alone());
      row.count(CostPart.DECODER_SELF, index, DecoderModule.SELF, self);
      row.count(
          CostPart.DECODER_SRC,
          index,
          DecoderModule.SRC,
          layer.source().flops(own, row.frames()),
          layer.source().flops(own, row.allFrames()));
      row.count(CostPart.DECODER_FFN, index, DecoderModule.FFN, layer.ffn().flops(own));
    }
  }

  private NDArray selfAttention(NDManager scope, NDArray x, Call call) {
    CachedAttention attention = layer.self();
    if (self == null) {
      int[] open = open(call.rows(), DecoderModule.SELF);
      if (open.length == 0) {
        return x;
      }
      int slots = (int) Math.max(call.used() + x.getShape().get(1), DecoderState.FIRST_SLOTS);
      NDArray cache = attention.newCache(manager, x, open.length, slots);
      self = new RowCache(kernels, manager, cache, open);
    }
    RowSet set = RowSet.of(kernels, scope, self.places(), call.rows().size());
    NDArray seen = call.bias().size() == 0 ? call.bias() : set.gather(scope, call.bias());
    NDArray delta =
        attention.forward(scope, set.gather(scope, x), self.view(self.slots()), call.used(), seen);
    return set.residual(scope, x, delta, 1.0);
  }

  private NDArray sourceAttention(NDManager scope, NDArray x, Call call) {
    if (source == null) {
      return x;
    }
    RowSet set = RowSet.of(kernels, scope, source.places(), call.rows().size());
    NDArray mask = call.sourceMask();
    NDArray seen = mask.size() == 0 ? mask : set.gather(scope, mask);
    source.reserve(0, call.frames());
    NDArray keys = source.view(call.frames());
    NDArray delta = layer.source().forward(scope, set.gather(scope, x), keys, seen);
    return set.residual(scope, x, delta, 1.0);
  }

  /** Makes room for slots of self-attention. */
  void reserve(int slots) {
    if (self != null && slots > self.slots()) {
      self.reserve(0, Math.max(slots, 2 * self.slots()));
    }
  }

  /** Moves the slots that each row keeps to the front, in their order. */
  void pack(int[][] kept, int most) {
    if (self == null) {
      return;
    }
    int[] places = self.places();
    long[] order = new long[places.length * most];
    for (int i = 0; i < places.length; i++) {
      for (int slot = 0; slot < kept[places[i]].length; slot++) {
        order[i * most + slot] = kept[places[i]][slot];
      }
    }
    try (NDArray array = HostData.of(manager, order, new Shape(places.length, most))) {
      self.pack(array);
    }
  }

  /**
   * Copies a row from another batch.
   *
   * @param from its place there
   * @param used slots that are filled there
   * @param frames of its source
   * @param to its place here
   */
  void admit(DecoderLayerState other, int from, int used, int frames, int to) {
    source = admit(source, other.source, from, frames, to);
    self = admit(self, other.self, from, used, to);
  }

  private RowCache admit(RowCache own, RowCache other, int from, int slots, int to) {
    int at = other == null ? -1 : other.indexOf(from);
    if (at < 0) {
      return own;
    }
    if (own == null) {
      return other.copyOf(manager, at, slots, to);
    }
    own.append(other, at, slots, to);
    return own;
  }

  /** Gives a row up, and lets the last one take its place. */
  void drop(int place, int last) {
    source = drop(source, place, last);
    self = drop(self, place, last);
  }

  private static RowCache drop(RowCache cache, int place, int last) {
    if (cache == null) {
      return null;
    }
    int at = cache.indexOf(place);
    if (at >= 0) {
      cache.drop(at);
    }
    cache.rename(last, place);
    if (cache.places().length == 0) {
      cache.close();
      return null;
    }
    return cache;
  }
}
