package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A batch in the middle of being decoded: source keys and values, and the self-attention caches.
 *
 * <p>Slots of the caches hold the prompt first, then, step by step, one token of each hypothesis of
 * the beam. {@link RowSlots} knows which of them are whose, and {@link SlotBias} hides the others,
 * those of hypotheses that died among them. Where most slots in use are hidden from everybody, the
 * others move to the front.
 *
 * <p>Rows come and go at any time: {@link #admit} takes rows that another batch has prepared, and
 * {@link #drop} gives one up. Each row's account is that of the row decoded alone.
 */
public final class DecoderState implements AutoCloseable {
  static final int FIRST_SLOTS = 64;

  private final Decoder decoder;
  private final Kernels kernels;
  private final NDManager manager;
  private final List<DecodedRow> rows = new ArrayList<>();
  private final List<DecoderLayerState> layers = new ArrayList<>();
  private NDArray sourceMask;
  private int frames;
  private int used;

  /**
   * @param lengths real frames of each row
   * @param allFrames of each row, if the encoder had taken none away
   */
  DecoderState(
      Decoder decoder,
      NDManager parent,
      NDArray encoderOut,
      int[] lengths,
      int[] allFrames,
      DecoderGates gates,
      CostMeter meter) {
    this.decoder = decoder;
    this.kernels = decoder.kernels();
    this.manager = parent.newSubManager();
    boolean[][] open = open(gates, lengths.length, decoder.layers().size());
    for (int row = 0; row < lengths.length; row++) {
      rows.add(new DecodedRow(meter, row, lengths[row], allFrames[row], open[row]));
    }
    for (int layer = 0; layer < decoder.layers().size(); layer++) {
      layers.add(new DecoderLayerState(decoder, manager, layer, encoderOut, rows));
    }
  }

  /** For each row whether each module of each layer runs. */
  private static boolean[][] open(DecoderGates gates, int rows, int layers) {
    int modules = DecoderModule.COUNT;
    boolean[][] open = new boolean[rows][layers * modules];
    for (int layer = 0; layer < layers; layer++) {
      for (DecoderModule module : DecoderModule.values()) {
        for (int row : gates.decoder(layer, module, rows).indices()) {
          open[row][module.gate(layer)] = true;
        }
      }
    }
    return open;
  }

  /** Number of rows. */
  public int size() {
    return rows.size();
  }

  /**
   * Runs the prompts, from an empty cache.
   *
   * @param prompts token ids of each row; a row may have none, and is charged nothing then
   * @return (rows, longest prompt, width); what lies behind a row's own prompt is meaningless
   */
  public NDArray prefill(NDManager scope, int[][] prompts) {
    int longest = Arrays.stream(prompts).mapToInt(p -> p.length).max().orElseThrow();
    long[] ids = new long[prompts.length * longest];
    long[] positions = new long[ids.length];
    for (int row = 0; row < prompts.length; row++) {
      rows.get(row).begin(prompts[row].length);
      for (int i = 0; i < longest; i++) {
        ids[row * longest + i] = i < prompts[row].length ? prompts[row][i] : 0;
        positions[row * longest + i] = i;
      }
    }
    used = 0;
    int[] queries = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).toArray();
    try (NDArray bias = SlotBias.ofPrompts(manager, prompts.length, longest)) {
      return run(scope, ids, positions, queries, bias);
    }
  }

  /**
   * Runs one token of each hypothesis.
   *
   * @param tokens token ids, for each row one for each of its hypotheses, of which it has at least
   *     one; a row may have fewer than another
   * @param parents for each row and hypothesis, which of the row's hypotheses in the call before it
   *     extends; behind a prompt there is one, number 0
   * @return (rows, most hypotheses of a row, width); what lies behind a row's own is meaningless
   */
  public NDArray step(NDManager scope, int[][] tokens, int[][] parents) {
    int[] queries = Arrays.stream(tokens).mapToInt(row -> row.length).toArray();
    int most = Arrays.stream(queries).max().orElseThrow();
    for (int row = 0; row < tokens.length; row++) {
      rows.get(row).slots().follow(parents[row]);
    }
    List<RowSlots> slots = rows.stream().map(DecodedRow::slots).toList();
    packIfSparse(slots);
    long[] ids = new long[tokens.length * most];
    long[] positions = new long[ids.length];
    for (int row = 0; row < tokens.length; row++) {
      for (int h = 0; h < tokens[row].length; h++) {
        ids[row * most + h] = tokens[row][h];
        positions[row * most + h] = slots.get(row).position(h);
      }
    }
    int first = used;
    try (NDArray bias = SlotBias.ofStep(manager, slots, used, most)) {
      NDArray hidden = run(scope, ids, positions, queries, bias);
      slots.forEach(own -> own.place(first));
      return hidden;
    }
  }

  private void packIfSparse(List<RowSlots> slots) {
    int live = slots.stream().mapToInt(RowSlots::live).max().orElseThrow();
    if (RowSlots.isSparse(used, live)) {
      int[][] kept = slots.stream().map(RowSlots::pack).toArray(int[][]::new);
      layers.forEach(layer -> layer.pack(kept, live));
      used = live;
    }
  }

  private NDArray run(NDManager scope, long[] ids, long[] positions, int[] queries, NDArray bias) {
    int most = ids.length / rows.size();
    layers.forEach(layer -> layer.reserve(used + most));
    try (NDManager inner = scope.newSubManager()) {
      Shape shape = new Shape(rows.size(), most);
      NDArray x =
          decoder.embed(
              inner, HostData.of(inner, ids, shape), HostData.of(inner, positions, shape));
      DecoderLayerState.Call call =
          new DecoderLayerState.Call(rows, used, bias, sourceMask(), frames);
      for (DecoderLayerState layer : layers) {
        x = layer.forward(inner, x, call, queries);
      }
      used += most;
      x.attach(scope);
      return x;
    }
  }

  /** Made anew when rows have come or gone. */
  private NDArray sourceMask() {
    if (sourceMask == null) {
      int[] lengths = rows.stream().mapToInt(DecodedRow::frames).toArray();
      frames = Arrays.stream(lengths).max().orElseThrow();
      boolean equal = Arrays.stream(lengths).allMatch(length -> length == frames);
      sourceMask =
          equal
              ? manager.zeros(new Shape(0), DataType.BOOLEAN)
              : FrameMask.of(manager, lengths, frames, false).keys();
    }
    return sourceMask;
  }

  private void rowsChanged() {
    if (sourceMask != null) {
      sourceMask.close();
      sourceMask = null;
    }
  }

  /**
   * Log-probabilities behind hidden states, counted as the output layer's work.
   *
   * @param hidden (rows, queries, width)
   * @return (rows, queries, vocabulary)
   */
  public NDArray logProbs(NDManager scope, NDArray hidden) {
    int[] queries = new int[rows.size()];
    Arrays.fill(queries, (int) hidden.getShape().get(1));
    return logProbs(scope, hidden, queries);
  }

  /**
   * Log-probabilities behind hidden states, counted as the output layer's work.
   *
   * @param hidden (any number, any number, width)
   * @param queries how many of the hidden states are each row's own
   * @return (as many, as many, vocabulary)
   */
  public NDArray logProbs(NDManager scope, NDArray hidden, int[] queries) {
    for (int row = 0; row < queries.length; row++) {
      rows.get(row).count(CostPart.DECODER_OUTPUT, queries[row] * decoder.outputFlops());
    }
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
   * Takes the last rows of another batch of the same decoder, behind the rows that are here. Their
   * hypotheses come with them; the other batch goes on without.
   */
  public void admit(DecoderState other, int count) {
    layers.forEach(layer -> layer.reserve(other.used));
    for (int i = count; i > 0; i--) {
      int from = other.rows.size() - i;
      DecodedRow row = other.rows.get(from);
      for (int layer = 0; layer < layers.size(); layer++) {
        layers
            .get(layer)
            .admit(other.layers.get(layer), from, other.used, row.frames(), rows.size());
      }
      rows.add(row);
    }
    for (int i = 0; i < count; i++) {
      other.drop(other.rows.size() - 1);
    }
    used = Math.max(used, other.used);
    rowsChanged();
  }

  /** Goes on without a row. The last row takes its place. */
  public void drop(int place) {
    int last = rows.size() - 1;
    layers.forEach(layer -> layer.drop(place, last));
    rows.set(place, rows.get(last));
    rows.remove(last);
    rowsChanged();
  }

  @Override
  public void close() {
    manager.close();
  }
}
