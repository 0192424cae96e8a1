package io.espalier.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.pruning.GateArrays;

/**
 * The input of one training step, padded to rectangles.
 *
 * @param rows utterances
 * @param features (rows, frames, mels), normalised
 * @param tokens (rows, length) what the decoder is given
 * @param targets (rows, length) what it should say next; -1 where nothing is asked
 * @param ctcTargets (rows, most tokens) what was said
 * @param ctcLengths tokens of each row of {@code ctcTargets}; -1 where it is unknown
 * @param gates what gate predictors look at; null without predictors
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Batch(
    int rows,
    float[] features,
    int mels,
    long[] tokens,
    long[] targets,
    long[] ctcTargets,
    long[] ctcLengths,
    GateArrays gates) {

  /** Feature frames of each row. */
  public int frames() {
    return features.length / rows / mels;
  }

  /** The arrays in the order in which the objective takes them. */
  public NDArray[] arrays(NDManager manager) {
    return new NDArray[] {
      HostData.of(manager, features, new Shape(rows, frames(), mels)),
      HostData.of(manager, tokens, new Shape(rows, tokens.length / rows)),
      HostData.of(manager, targets, new Shape(rows, targets.length / rows)),
      HostData.of(manager, ctcTargets, new Shape(rows, ctcTargets.length / rows)),
      HostData.of(manager, ctcLengths, new Shape(rows))
    };
  }
}
