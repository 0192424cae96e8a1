package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the gate predictors look at for the rows of a batch, in the form in which they take it.
 * Embeddings are brought to length 1.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record GateArrays(
    int rows,
    float[] speaker,
    float[] event,
    float[] known,
    long[] ids,
    float[] targets,
    int[] lengths) {
  private static final int KINDS = ContextKind.values().length;

  /**
   * Collects the inputs of some rows.
   *
   * @param seen for each row the kinds that are not hidden from the predictors
   * @param targets for each row the sparsity that is asked for
   * @throws IllegalArgumentException if an embedding has another size than the predictors expect
   */
  public static GateArrays of(
      GateConfig config, List<GateInput> inputs, List<Set<ContextKind>> seen, double[] targets) {
    int rows = inputs.size();
    GateArrays arrays =
        new GateArrays(
            rows,
            new float[rows * Math.max(1, config.speakerSize())],
            new float[rows * Math.max(1, config.eventSize())],
            new float[rows * KINDS],
            new long[rows * 2],
            new float[rows * 2],
            inputs.stream().mapToInt(GateInput::frames).toArray());
    for (int row = 0; row < rows; row++) {
      GateInput input = inputs.get(row);
      Set<ContextKind> visible = seen.get(row);
      UtteranceContext context = input.context();
      if (visible.contains(ContextKind.SPEAKER) && config.speakerSize() > 0) {
        arrays.vector(
            row, ContextKind.SPEAKER, context.speaker(), arrays.speaker, config.speakerSize());
      }
      if (visible.contains(ContextKind.EVENT) && config.eventSize() > 0) {
        arrays.vector(row, ContextKind.EVENT, context.event(), arrays.event, config.eventSize());
      }
      if (visible.contains(ContextKind.LANGUAGE)) {
        arrays.id(row, ContextKind.LANGUAGE, config.languages(), input.language());
      }
      if (visible.contains(ContextKind.TASK)) {
        arrays.id(row, ContextKind.TASK, config.tasks(), input.task());
      }
      arrays.targets[2 * row] = (float) config.encoder().clamp(targets[row]);
      arrays.targets[2 * row + 1] = (float) config.decoder().clamp(targets[row]);
    }
    return arrays;
  }

  private void vector(int row, ContextKind kind, float[] vector, float[] all, int size) {
    if (vector == null) {
      return;
    }
    if (vector.length != size) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "Cannot use %s embedding of %d numbers: the gate predictors were trained with %d."
                      + " Compute",
                  kind.key(),
                  vector.length,
                  size)
              + " the contexts with the encoders of the same bundle");
    }
    double square = 0;
    for (float value : vector) {
      square += (double) value * value;
    }
    double scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (int i = 0; i < size; i++) {
      all[row * size + i] = (float) (vector[i] * scale);
    }
    known[row * KINDS + kind.place()] = 1;
  }

  private void id(int row, ContextKind kind, List<String> names, String name) {
    int id = name == null ? -1 : names.indexOf(name);
    if (id >= 0) {
      ids[row * 2 + kind.place() - ContextKind.LANGUAGE.place()] = id;
      known[row * KINDS + kind.place()] = 1;
    }
  }

  /**
   * The arrays in the order of {@link GateScript#ARGUMENTS}.
   *
   * @param frames of the padded batch
   */
  public NDArray[] arrays(NDManager manager, int frames) {
    return new NDArray[] {
      HostData.of(manager, shares(frames), new Shape(rows, frames, 1)),
      HostData.of(manager, speaker, new Shape(rows, speaker.length / rows)),
      HostData.of(manager, event, new Shape(rows, event.length / rows)),
      HostData.of(manager, known, new Shape(rows, KINDS)),
      HostData.of(manager, ids, new Shape(rows, 2)),
      HostData.of(manager, targets, new Shape(rows, 2))
    };
  }

  /** The weight of each frame in the mean over a row's own frames. */
  private float[] shares(int frames) {
    float[] shares = new float[rows * frames];
    for (int row = 0; row < rows; row++) {
      int own = Math.max(1, Math.min(frames, lengths[row]));
      for (int frame = 0; frame < own; frame++) {
        shares[row * frames + frame] = 1f / own;
      }
    }
    return shares;
  }
}
