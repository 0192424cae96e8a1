package io.espalier.owsm;

import java.util.function.IntToLongFunction;

/** Told what is computed for which utterance, by the code that computes it. */
public interface CostMeter {

  /**
   * Some FLOPs were spent, one multiply-add being two.
   *
   * @param row the utterance's row in the batch
   */
  void spend(CostPart part, int row, long flops);

  /** What the same step costs with all gates open; equal to what is spent in a dense model. */
  void dense(CostPart part, int row, long flops);

  /**
   * Counts a module that ran for {@code rows} of all.
   *
   * @param flops of each row of the batch, as if it were alone
   */
  default void module(CostPart part, Rows rows, IntToLongFunction flops) {
    for (int row : rows.indices()) {
      spend(part, row, flops.applyAsLong(row));
    }
    for (int row = 0; row < rows.batch(); row++) {
      dense(part, row, flops.applyAsLong(row));
    }
  }

  /** The same account for work of which the dense model does another amount. */
  default CostMeter spending() {
    CostMeter all = this;
    return new CostMeter() {
      @Override
      public void spend(CostPart part, int row, long flops) {
        all.spend(part, row, flops);
      }

      @Override
      public void dense(CostPart part, int row, long flops) {}
    };
  }

  /** The account of a batch whose first row is {@code start} here. */
  default CostMeter range(int start) {
    CostMeter whole = this;
    return new CostMeter() {
      @Override
      public void spend(CostPart part, int row, long flops) {
        whole.spend(part, start + row, flops);
      }

      @Override
      public void dense(CostPart part, int row, long flops) {
        whole.dense(part, start + row, flops);
      }
    };
  }

  /** Counts nothing. */
  CostMeter NONE =
      new CostMeter() {
        @Override
        public void spend(CostPart part, int row, long flops) {}

        @Override
        public void dense(CostPart part, int row, long flops) {}
      };
}
