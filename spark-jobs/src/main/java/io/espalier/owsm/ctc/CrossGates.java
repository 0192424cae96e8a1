package io.espalier.owsm.ctc;

import io.espalier.owsm.Rows;

/** Which cross attentions to the prompt run for which rows of a batch. */
@FunctionalInterface
public interface CrossGates {
  /** Every one runs for every row. */
  CrossGates OPEN = (index, batch) -> Rows.all(batch);

  /**
   * Rows for which a cross attention runs, asked for just before it does.
   *
   * @param index its place among the encoder's cross attentions, from 0
   */
  Rows cross(int index, int batch);
}
