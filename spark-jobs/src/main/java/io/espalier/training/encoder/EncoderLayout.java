package io.espalier.training.encoder;

import ai.djl.ndarray.types.Shape;
import io.espalier.conf.UsageException;
import io.espalier.context.SpeakerConfig;
import io.espalier.context.SpeakerParameters;
import io.espalier.training.RunDirectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Where the parameters of an ECAPA-TDNN lie in the long vector that is trained, and the statistics
 * of its batch norms in the one that follows along, in the order in which the network meets them.
 */
final class EncoderLayout {
  /** The classes' centres, which the loss alone uses. */
  static final String CENTRES = "loss.weight";

  private final List<Slot> parameters = new ArrayList<>();
  private final List<Slot> statistics = new ArrayList<>();

  record Slot(String name, Shape shape, int offset) {}

  public EncoderLayout(SpeakerConfig config, int classes) {
    SpeakerParameters.expected(config)
        .forEach(
            (name, shape) -> {
              if (isStatistic(name)) {
                add(statistics, name, shape);
              } else if (!SpeakerParameters.OPTIONAL.contains(name)) {
                add(parameters, name, shape);
              }
            });
    add(parameters, CENTRES, new Shape(classes, config.embeddingSize()));
  }

  private static boolean isStatistic(String name) {
    return name.endsWith(".running_mean") || name.endsWith(".running_var");
  }

  private static void add(List<Slot> slots, String name, Shape shape) {
    slots.add(new Slot(name, shape, size(slots)));
  }

  private static int size(List<Slot> slots) {
    if (slots.isEmpty()) {
      return 0;
    }
    Slot last = slots.get(slots.size() - 1);
    return Math.toIntExact(last.offset() + last.shape().size());
  }

  List<Slot> parameters() {
    return parameters;
  }

  List<Slot> statistics() {
    return statistics;
  }

  int parameterCount() {
    return size(parameters);
  }

  int statisticCount() {
    return size(statistics);
  }

  int parameter(String name) {
    return index(parameters, name);
  }

  int statistic(String name) {
    return index(statistics, name);
  }

  private static int index(List<Slot> slots, String name) {
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("Cannot find parameter: " + name);
  }

  /** As PyTorch draws them: uniform within one over the root of a layer's inputs. */
  float[] initialParameters(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[parameterCount()];
    for (Slot slot : parameters) {
      boolean norm =
          slot.name().matches(".*(\\.bn[0-9]*|\\.bns\\.[0-9]+|se\\.3|attention\\.2)\\..*");
      int size = (int) slot.shape().size();
      long inputs = slot.shape().dimension() < 2 ? size : size / slot.shape().get(0);
      double limit = 1 / Math.sqrt((double) inputs);
      for (int i = slot.offset(); i < slot.offset() + size; i++) {
        values[i] =
            norm
                ? (slot.name().endsWith(".weight") ? 1 : 0)
                : (float) (limit * (2 * random.nextDouble() - 1));
      }
    }
    return values;
  }

  /** Means of zero and variances of one. */
  float[] initialStatistics() {
    float[] values = new float[statisticCount()];
    for (Slot slot : statistics) {
      float start = slot.name().endsWith("_var") ? 1 : 0;
      int end = slot.offset() + (int) slot.shape().size();
      Arrays.fill(values, slot.offset(), end, start);
    }
    return values;
  }

  /**
   * Checks that a checkpoint is of this network and as many classes.
   *
   * @param name of the recipe
   * @throws UsageException if it is not
   */
  void check(String name, RunDirectory.Checkpoint checkpoint) {
    int trained = checkpoint.parameters().length;
    int followed = checkpoint.statistics().length;
    if (trained != parameterCount() || followed != statisticCount()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot resume %s: its checkpoint has %d parameters and %d statistics, but its recipe"
                  + " and labels need %d and %d. Give another output directory",
              name,
              trained,
              followed,
              parameterCount(),
              statisticCount()));
    }
  }

  /** Both vectors as values by name. */
  Map<String, float[]> named(float[] parameterVector, float[] statisticVector) {
    Map<String, float[]> values = new TreeMap<>();
    parameters.forEach(slot -> values.put(slot.name(), slice(parameterVector, slot)));
    statistics.forEach(slot -> values.put(slot.name(), slice(statisticVector, slot)));
    return values;
  }

  private static float[] slice(float[] vector, Slot slot) {
    int end = slot.offset() + Math.toIntExact(slot.shape().size());
    return Arrays.copyOfRange(vector, slot.offset(), end);
  }
}
