package io.espalier.training.objective;

import ai.djl.ndarray.types.Shape;
import io.espalier.conf.UsageException;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where each parameter lies in the two long vectors that a training step works on: one that is
 * trained, one that is fixed. One vector makes optimiser, clipping, averaging and checkpoints a
 * handful of operations whatever the model's size.
 */
public final class ParameterLayout {
  private final List<Slot> slots;
  private final long trainedSize;
  private final long fixedSize;

  /**
   * One parameter's place.
   *
   * @param trained in which of the two vectors it lies
   * @param offset of its first element there
   */
  public record Slot(String name, Shape shape, boolean trained, long offset) {}

  private ParameterLayout(List<Slot> slots, long trainedSize, long fixedSize) {
    this.slots = List.copyOf(slots);
    this.trainedSize = trainedSize;
    this.fixedSize = fixedSize;
  }

  /**
   * Lays out the network's parameters in ESPnet's order, and those of gate predictors behind them;
   * the front end's constants are no part.
   *
   * @param frozen names of parameters that are not trained
   */
  public static ParameterLayout of(
      OwsmConfig config, Optional<GateConfig> gates, Predicate<String> frozen) {
    Map<String, Shape> shapes = new LinkedHashMap<>(OwsmParameters.expected(config));
    gates.ifPresent(own -> shapes.putAll(GateParameters.expected(own, config)));
    List<Slot> slots = new ArrayList<>();
    long trained = 0;
    long fixed = 0;
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      String name = entry.getKey();
      if (OwsmParameters.OPTIONAL.contains(name)) {
        continue;
      }
      long size = entry.getValue().size();
      if (frozen.test(name)) {
        slots.add(new Slot(name, entry.getValue(), false, fixed));
        fixed += size;
      } else {
        slots.add(new Slot(name, entry.getValue(), true, trained));
        trained += size;
      }
    }
    if (trained == 0) {
      throw new UsageException("Cannot train: every parameter is frozen");
    }
    return new ParameterLayout(slots, trained, fixed);
  }

  /** All parameters in ESPnet's order. */
  public List<Slot> slots() {
    return slots;
  }

  /** Elements of the trained vector. */
  public long trainedSize() {
    return trainedSize;
  }

  /** Elements of the fixed vector, 0 if nothing is frozen. */
  public long fixedSize() {
    return fixedSize;
  }
}
