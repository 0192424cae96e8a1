package io.espalier.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.pruning.GateArrays;
import java.util.ArrayList;
import java.util.List;

/**
 * The input of one training step, padded to rectangles.
 *
 * @param rows utterances
 * @param features (rows, frames, mels), normalised
 * @param tokens (rows, length) what the decoder is given; language and task for an OWSM-CTC
 * @param targets (rows, length) what the decoder should say next, or an OWSM-CTC all in all; -1
 *     where nothing is asked
 * @param ctcTargets (rows, most tokens) what was said
 * @param ctcLengths tokens of each row of {@code ctcTargets}; -1 where it is unknown
 * @param previous (rows, length) what an OWSM-CTC is told of the text before, -1 behind it; empty
 *     for an encoder-decoder, which has it among its tokens
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
    long[] previous,
    GateArrays gates) {

  /** A batch for an encoder-decoder. */
  public Batch(
      int rows,
      float[] features,
      int mels,
      long[] tokens,
      long[] targets,
      long[] ctcTargets,
      long[] ctcLengths,
      GateArrays gates) {
    this(rows, features, mels, tokens, targets, ctcTargets, ctcLengths, new long[0], gates);
  }

  /** Feature frames of each row. */
  public int frames() {
    return features.length / rows / mels;
  }

  /** The arrays in the order in which the objective takes them. */
  public List<NDArray> arrays(NDManager manager) {
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(HostData.of(manager, features, new Shape(rows, frames(), mels)));
    arrays.add(HostData.of(manager, tokens, new Shape(rows, tokens.length / rows)));
    arrays.add(HostData.of(manager, targets, new Shape(rows, targets.length / rows)));
    arrays.add(HostData.of(manager, ctcTargets, new Shape(rows, ctcTargets.length / rows)));
    arrays.add(HostData.of(manager, ctcLengths, new Shape(rows)));
    if (previous.length > 0) {
      arrays.add(HostData.of(manager, previous, new Shape(rows, previous.length / rows)));
    }
    return arrays;
  }
}
