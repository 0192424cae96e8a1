package io.espalier.pruning;

import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import java.util.EnumMap;
import java.util.Map;

/**
 * The account of some utterances: FLOPs spent on each utterance by part, and what the same work
 * costs with all gates open. Filled by the code that decides what runs. Used by one thread.
 */
public final class FlopLedger implements CostMeter {
  private static final double GIGA = 1e9;

  private final Map<CostPart, long[]> spent = new EnumMap<>(CostPart.class);
  private final long[] dense;
  private final Runnable pulse;

  /** An empty account for that many utterances. */
  public FlopLedger(int rows) {
    this(rows, () -> {});
  }

  /**
   * An empty account.
   *
   * @param rows utterances
   * @param pulse runs with every entry, so whoever waits for a long computation knows that it goes
   *     on; what it throws ends the computation
   */
  public FlopLedger(int rows, Runnable pulse) {
    this.pulse = pulse;
    for (CostPart part : CostPart.values()) {
      spent.put(part, new long[rows]);
    }
    this.dense = new long[rows];
  }

  /**
   * The account of a batch that is made of some of these utterances.
   *
   * @param places for each row of the batch its row here
   */
  public CostMeter rows(int... places) {
    int[] own = places.clone();
    return new CostMeter() {
      @Override
      public void spend(CostPart part, int row, long flops) {
        FlopLedger.this.spend(part, own[row], flops);
      }

      @Override
      public void dense(CostPart part, int row, long flops) {
        FlopLedger.this.dense(part, own[row], flops);
      }
    };
  }

  @Override
  public void spend(CostPart part, int row, long flops) {
    pulse.run();
    spent.get(part)[row] += flops;
  }

  @Override
  public void dense(CostPart part, int row, long flops) {
    dense[row] += flops;
  }

  /** FLOPs spent on one utterance for some parts. */
  public long spent(int row, CostPart... parts) {
    long sum = 0;
    for (CostPart part : parts) {
      sum += spent.get(part)[row];
    }
    return sum;
  }

  /** GFLOPs spent on one utterance for some parts. */
  public double gigaSpent(int row, CostPart... parts) {
    return spent(row, parts) / GIGA;
  }

  /** GFLOPs that one utterance costs with all gates open and no context. */
  public double gigaDense(int row) {
    return dense[row] / GIGA;
  }
}
