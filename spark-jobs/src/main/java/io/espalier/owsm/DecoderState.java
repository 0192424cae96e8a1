package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.CachedAttention;
import io.espalier.nn.FeedForward;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.SourceAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch in the middle of being decoded: source keys and values, and the self-attention caches.
 *
 * <p>Slots of the caches hold the prompt first, then, step by step, one token of each hypothesis of
 * the beam. They are never moved: each hypothesis knows its own slots, and {@link SlotBias} hides
 * the others, those of hypotheses that died among them. Rows whose search has ended are dropped
 * with {@link #retain}.
 */
public final class DecoderState implements AutoCloseable {
  private static final int FIRST_SLOTS = 64;

  private final Decoder decoder;
  private final Kernels kernels;
  private final NDManager manager;
  private final DecoderGates gates;
  private final CostMeter meter;
  private final int batch;
  private final long frames;
  private final List<LayerState> layers = new ArrayList<>();
  private int[] rows;
  private int[] promptLengths = new int[0];
  private NDArray sourceMask;
  private int capacity;
  private int used;

  DecoderState(
      Decoder decoder,
      NDManager parent,
      NDArray encoderOut,
      NDArray sourceMask,
      DecoderGates gates,
      CostMeter meter) {
    this.decoder = decoder;
    this.kernels = decoder.kernels();
    this.manager = parent.newSubManager();
    this.gates = gates;
    this.meter = meter;
    this.batch = (int) encoderOut.getShape().get(0);
    this.frames = encoderOut.getShape().get(1);
    this.sourceMask = sourceMask.duplicate();
    this.sourceMask.attach(manager);
    this.rows = Rows.all(batch).indices();
    this.capacity = FIRST_SLOTS;
    for (int i = 0; i < decoder.layers().size(); i++) {
      layers.add(new LayerState(i, encoderOut));
    }
  }

  /** The rows of the batch that are still decoded, in the order of all arguments and results. */
  public int[] rows() {
    return rows.clone();
  }

  /** First slot that the next call fills. */
  public int usedSlots() {
    return used;
  }

  /**
   * Runs the prompts, from an empty cache.
   *
   * @param prompts token ids of each active row
   * @return (rows, longest prompt, width); what lies behind a row's own prompt is meaningless
   */
  public NDArray prefill(NDManager scope, int[][] prompts) {
    int longest = Arrays.stream(prompts).mapToInt(p -> p.length).max().orElseThrow();
    promptLengths = Arrays.stream(prompts).mapToInt(p -> p.length).toArray();
    long[] ids = new long[prompts.length * longest];
    long[] positions = new long[ids.length];
    for (int row = 0; row < prompts.length; row++) {
      for (int i = 0; i < longest; i++) {
        ids[row * longest + i] = i < prompts[row].length ? prompts[row][i] : 0;
        positions[row * longest + i] = i;
      }
    }
    used = 0;
    try (NDArray bias = SlotBias.ofPrompts(manager, prompts.length, longest)) {
      return run(scope, ids, positions, longest, bias);
    }
  }

  /**
   * Runs one token of each hypothesis.
   *
   * @param tokens token ids, for each active row one for each of its hypotheses; a row may have
   *     fewer than another, or none
   * @param ancestors for each row and hypothesis the slots of its earlier generated tokens
   * @return (rows, most hypotheses of a row, width); what lies behind a row's own is meaningless
   */
  public NDArray step(NDManager scope, int[][] tokens, int[][][] ancestors) {
    int most = Arrays.stream(tokens).mapToInt(row -> row.length).max().orElseThrow();
    long[] ids = new long[tokens.length * most];
    long[] positions = new long[ids.length];
    for (int row = 0; row < tokens.length; row++) {
      for (int h = 0; h < tokens[row].length; h++) {
        ids[row * most + h] = tokens[row][h];
        positions[row * most + h] = (long) promptLengths[row] + ancestors[row][h].length;
      }
    }
    try (NDArray bias = SlotBias.ofStep(manager, promptLengths, ancestors, used, most)) {
      return run(scope, ids, positions, most, bias);
    }
  }

  private NDArray run(NDManager scope, long[] ids, long[] positions, int queries, NDArray bias) {
    reserve(used + queries);
    try (NDManager inner = scope.newSubManager()) {
      Shape shape = new Shape(rows.length, queries);
      NDArray x =
          decoder.embed(
              inner, HostData.of(inner, ids, shape), HostData.of(inner, positions, shape));
      for (LayerState layer : layers) {
        x = layer.forward(inner, x, queries, bias);
      }
      used += queries;
      x.attach(scope);
      return x;
    }
  }

  private void reserve(int slots) {
    if (slots <= capacity) {
      return;
    }
    capacity = Math.max(slots, 2 * capacity);
    layers.forEach(LayerState::grow);
  }

  /**
   * Log-probabilities behind hidden states, counted as the output layer's work.
   *
   * @param hidden (rows, queries, width)
   * @return (rows, queries, vocabulary)
   */
  public NDArray logProbs(NDManager scope, NDArray hidden) {
    long queries = hidden.getShape().get(1);
    count(CostPart.DECODER_OUTPUT, Rows.all(rows.length), queries * decoder.outputFlops());
    return decoder.logProbs(scope, hidden);
  }

  /**
   * Picks one position of each row.
   *
   * @param hidden (rows, queries, width)
   * @return (rows, 1, width)
   */
  public NDArray pick(NDManager scope, NDArray hidden, int[] positions) {
    long[] index = Arrays.stream(positions).asLongStream().toArray();
    try (NDArray at = HostData.of(scope, index, new Shape(index.length))) {
      return kernels.call("pick_positions").with(hidden).with(at).run(scope);
    }
  }

  /**
   * Goes on with some of the active rows.
   *
   * @param keep places among the active rows, ascending
   */
  public void retain(int[] keep) {
    boolean[] kept = new boolean[rows.length];
    Arrays.stream(keep).forEach(place -> kept[place] = true);
    for (LayerState layer : layers) {
      layer.retain(kept);
    }
    if (sourceMask.size() > 0) {
      sourceMask = replace(sourceMask, "gather_rows", keep);
    }
    rows = Arrays.stream(keep).map(place -> rows[place]).toArray();
    promptLengths = Arrays.stream(keep).map(place -> promptLengths[place]).toArray();
  }

  private NDArray replace(NDArray old, String kernel, int[] indices) {
    try (NDArray index = HostData.of(manager, indices, new Shape(indices.length))) {
      NDArray selected = kernels.call(kernel).with(old).with(index).run(manager);
      old.close();
      return selected;
    }
  }

  private void count(CostPart part, Rows open, long flops) {
    for (int place : open.indices()) {
      meter.spend(part, rows[place], flops);
    }
    for (int row : rows) {
      meter.dense(part, row, flops);
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /** One layer's caches; they hold the rows for which the module is open, and no others. */
  private final class LayerState {
    private final int index;
    private final DecoderLayer layer;
    private NDArray source;
    private NDArray self;

    LayerState(int index, NDArray encoderOut) {
      this.index = index;
      this.layer = decoder.layers().get(index);
      Rows sourceRows = open(DecoderModule.SRC);
      count(CostPart.DECODER_SRC, sourceRows, layer.source().keyFlops(frames));
      if (!sourceRows.isEmpty()) {
        try (NDManager scope = manager.newSubManager()) {
          NDArray seen = RowSet.of(kernels, scope, sourceRows).gather(scope, encoderOut);
          source = layer.source().keysAndValues(manager, seen);
        }
      }
    }

    /** Places among the active rows for which the module runs. */
    private Rows open(DecoderModule module) {
      boolean[] all = new boolean[batch];
      Arrays.stream(gates.decoder(index, module, batch).indices()).forEach(r -> all[r] = true);
      boolean[] active = new boolean[rows.length];
      for (int place = 0; place < rows.length; place++) {
        active[place] = all[rows[place]];
      }
      return Rows.of(active);
    }

    NDArray forward(NDManager scope, NDArray input, int queries, NDArray bias) {
      NDArray x = selfAttention(scope, input, queries, bias);
      x = sourceAttention(scope, x, queries);
      FeedForward ffn = layer.ffn();
      Rows ffnRows = open(DecoderModule.FFN);
      count(CostPart.DECODER_FFN, ffnRows, ffn.flops(queries));
      if (ffnRows.isEmpty()) {
        return x;
      }
      RowSet set = RowSet.of(kernels, scope, ffnRows);
      return set.residual(scope, x, ffn.forward(scope, set.gather(scope, x)), 1.0);
    }

    private NDArray selfAttention(NDManager scope, NDArray x, int queries, NDArray bias) {
      CachedAttention attention = layer.self();
      Rows selfRows = open(DecoderModule.SELF);
      count(CostPart.DECODER_SELF, selfRows, attention.flops(queries, used + queries));
      if (selfRows.isEmpty()) {
        return x;
      }
      if (self == null) {
        self = attention.newCache(manager, x, selfRows.count(), capacity);
      }
      RowSet set = RowSet.of(kernels, scope, selfRows);
      NDArray seen = bias.size() == 0 ? bias : set.gather(scope, bias);
      NDArray delta = attention.forward(scope, set.gather(scope, x), self, used, seen);
      return set.residual(scope, x, delta, 1.0);
    }

    private NDArray sourceAttention(NDManager scope, NDArray x, int queries) {
      SourceAttention attention = layer.source();
      Rows sourceRows = open(DecoderModule.SRC);
      count(CostPart.DECODER_SRC, sourceRows, attention.flops(queries, frames));
      if (sourceRows.isEmpty()) {
        return x;
      }
      RowSet set = RowSet.of(kernels, scope, sourceRows);
      NDArray mask = sourceMask.size() == 0 ? sourceMask : set.gather(scope, sourceMask);
      NDArray delta = attention.forward(scope, set.gather(scope, x), source, mask);
      return set.residual(scope, x, delta, 1.0);
    }

    void grow() {
      if (self != null) {
        NDArray grown = layer.self().growCache(manager, self, capacity, used);
        self.close();
        self = grown;
      }
    }

    /** Called before the active rows change. */
    void retain(boolean[] kept) {
      source = retain(source, open(DecoderModule.SRC), kept);
      self = retain(self, open(DecoderModule.SELF), kept);
    }

    private NDArray retain(NDArray cache, Rows held, boolean[] kept) {
      if (cache == null) {
        return null;
      }
      int[] places = held.places();
      int[] stay = Arrays.stream(held.indices()).filter(r -> kept[r]).map(r -> places[r]).toArray();
      if (stay.length == 0) {
        cache.close();
        return null;
      }
      return stay.length == held.count() ? cache : replace(cache, "select_cache", stay);
    }
  }
}
