package io.espalier.owsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.FrameMask;
import io.espalier.pruning.FlopLedger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A closed module is left out for its rows, and for no others. */
class SkippedModulesTest {
  private static final int ROWS = 5;
  private static final int FRAMES = 23;
  private static final double TOLERANCE = 1e-5;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void skippingEqualsMultiplyingByZero(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      Encoder encoder = reference.model().encoder();
      NDArray frames = input(scope, reference);
      for (int seed = 0; seed < 4; seed++) {
        RandomGates gates = new RandomGates(seed);
        FrameMask none = FrameMask.none(scope);
        NDArray x = frames;
        NDArray multiplied = frames;
        for (int i = 0; i < encoder.layers().size(); i++) {
          EncoderLayer layer = encoder.layers().get(i);
          x = layer.forward(scope, x, none, gates, CostMeter.NONE);
          multiplied = layer.norm().forward(scope, multiplied(scope, layer, i, multiplied, gates));
          assertClose(multiplied, x);
        }
      }
    }
  }

  /** One block with every module computed, and its result multiplied by its gate. */
  private static NDArray multiplied(
      NDManager scope, EncoderLayer layer, int index, NDArray input, RandomGates gates) {
    FrameMask none = FrameMask.none(scope);
    NDArray ffn1 = layer.ffn1().forward(scope, input);
    NDArray x = input.add(ffn1.mul(gates.column(scope, index, EncoderModule.FFN1)).mul(0.5f));
    NDArray a = layer.attention().forward(scope, x, none);
    NDArray c = layer.cgmlp().forward(scope, x, none);
    NDArray merged =
        layer
            .merge()
            .both(
                scope,
                a.mul(gates.column(scope, index, EncoderModule.ATT)),
                c.mul(gates.column(scope, index, EncoderModule.CGMLP)),
                none);
    NDArray y = x.add(merged);
    NDArray ffn2 = layer.ffn2().forward(scope, y);
    return y.add(ffn2.mul(gates.column(scope, index, EncoderModule.FFN2)).mul(0.5f));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aRowComputesTheSameAloneAndAmongOthers(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      NDArray frames = input(scope, reference);
      for (int seed = 10; seed < 13; seed++) {
        RandomGates gates = new RandomGates(seed);
        NDArray together = encode(scope, reference, frames, gates);
        NDArray decoded = decode(scope, reference, together, gates);
        for (int row = 0; row < ROWS; row++) {
          int place = row;
          RowWindow own = new RowWindow(gates, CostMeter.NONE, row, 1, ROWS);
          DecoderGates behind =
              (layer, module, batch) -> Rows.of(gates.draw(layer + module.name(), place));
          NDArray alone = encode(scope, reference, one(frames, row), own);
          assertClose(one(together, row), alone);
          assertClose(one(decoded, row), decode(scope, reference, alone, behind));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void closedModulesCostNothing(ReferenceSet set) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager scope = reference.manager().newSubManager()) {
      RandomGates gates = new RandomGates(21);
      FlopLedger spent = new FlopLedger(ROWS);
      FlopLedger open = new FlopLedger(ROWS);
      Encoder encoder = reference.model().encoder();
      NDArray frames = input(scope, reference);
      FrameMask none = FrameMask.none(scope);
      encoder.forward(scope, frames, none, gates, spent);
      encoder.forward(scope, frames, none, ModuleGates.OPEN, open);
      int layers = encoder.layers().size();
      for (int row = 0; row < ROWS; row++) {
        int place = row;
        long ffn1 =
            IntStream.range(0, layers)
                .filter(l -> gates.open(l, EncoderModule.FFN1, place))
                .count();
        assertThat(spent.spent(row, CostPart.ENCODER_FFN1) * layers)
            .isEqualTo(open.spent(row, CostPart.ENCODER_FFN1) * ffn1);
        long branches =
            IntStream.range(0, layers)
                .map(
                    l ->
                        (gates.open(l, EncoderModule.ATT, place) ? 1 : 0)
                            + (gates.open(l, EncoderModule.CGMLP, place) ? 1 : 0))
                .sum();
        assertThat(spent.spent(row, CostPart.ENCODER_MERGE) * 2 * layers)
            .isEqualTo(open.spent(row, CostPart.ENCODER_MERGE) * branches);
        assertThat(spent.gigaDense(row)).isEqualTo(open.gigaDense(row));
      }
    }
  }

  private static NDArray input(NDManager scope, ReferenceModel reference) {
    int width = reference.model().config().encoder().size();
    float[] values = new float[ROWS * FRAMES * width];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return scope.create(values, new Shape(ROWS, FRAMES, width));
  }

  private static NDArray encode(
      NDManager scope, ReferenceModel reference, NDArray frames, EncoderGates gates) {
    return reference
        .model()
        .encoder()
        .forward(scope, frames, FrameMask.none(scope), gates, CostMeter.NONE);
  }

  /** Log-probabilities behind a prompt and three cached steps. */
  private static NDArray decode(
      NDManager scope, ReferenceModel reference, NDArray encoded, DecoderGates gates) {
    int rows = (int) encoded.getShape().get(0);
    try (DecoderState state =
        reference.model().decoder().start(scope, encoded, gates, CostMeter.NONE)) {
      int[][] prompts = new int[rows][];
      Arrays.fill(prompts, new int[] {reference.tokens().sos(), 4, 9});
      NDArray hidden = state.prefill(scope, prompts);
      for (int step = 0; step < 3; step++) {
        int[][] tokens = new int[rows][];
        Arrays.fill(tokens, new int[] {20 + step});
        hidden = state.step(scope, tokens, new int[rows][1]);
      }
      return state.logProbs(scope, hidden);
    }
  }

  private static NDArray one(NDArray batch, int row) {
    return batch.get(new NDIndex(row + ":" + (row + 1)));
  }

  private static void assertClose(NDArray expected, NDArray actual) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float largest = expected.abs().max().getFloat();
    assertThat(actual.sub(expected).abs().max().getFloat())
        .isCloseTo(0f, within((float) (TOLERANCE * Math.max(1, largest))));
  }

  /** Gates of five rows, each open with probability one half. */
  private record RandomGates(long seed) implements ModuleGates {
    boolean open(int layer, EncoderModule module, int row) {
      return draw(layer + module.name(), row);
    }

    private boolean draw(String module, int row) {
      return new Random(seed * 1_000_003 + module.hashCode() * 101L + row).nextInt(1000) % 2 == 0;
    }

    @Override
    public Rows encoder(int layer, EncoderModule module, int batch) {
      return rows(layer + module.name(), batch);
    }

    @Override
    public Rows decoder(int layer, DecoderModule module, int batch) {
      return rows(layer + module.name(), batch);
    }

    private Rows rows(String module, int batch) {
      boolean[] open = new boolean[batch];
      for (int row = 0; row < batch; row++) {
        open[row] = draw(module, row);
      }
      return Rows.of(open);
    }

    /** (rows, 1, 1) ones and zeros. */
    NDArray column(NDManager manager, int layer, EncoderModule module) {
      float[] values = new float[ROWS];
      for (int row = 0; row < ROWS; row++) {
        values[row] = open(layer, module, row) ? 1 : 0;
      }
      return manager.create(values, new Shape(ROWS, 1, 1));
    }
  }
}
