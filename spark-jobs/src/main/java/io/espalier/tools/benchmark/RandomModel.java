package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.espalier.conf.UsageException;
import io.espalier.nn.Precision;
import io.espalier.nn.PrecisionChoice;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.spark.task.TaskDevice;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A model of a published size with random weights: it computes as much, and means nothing. */
final class RandomModel implements AutoCloseable {
  private final NDManager manager;
  private final LoadedOwsm owsm;

  /**
   * @param precision number format of the computation
   * @param bpeModel any SentencePiece model; it only joins pieces
   * @throws UsageException for a precision that the model cannot compute in
   */
  RandomModel(ModelSize size, String precision, Path bpeModel, TaskDevice device) {
    Precision chosen = PrecisionChoice.parse(precision).on(device.djl());
    manager = device.newManager();
    OwsmConfig config = size.config();
    owsm = LoadedOwsm.of(config, weights(manager, config), bpeModel, Optional.empty(), chosen);
  }

  /** Random weights of a shape. */
  static Weights weights(NDManager manager, OwsmConfig config) {
    Map<String, NDArray> weights = new HashMap<>();
    OwsmParameters.expected(config)
        .forEach(
            (name, shape) -> {
              if (!OwsmParameters.OPTIONAL.contains(name)) {
                weights.put(name, parameter(manager, name, shape));
              }
            });
    return new Weights(manager, weights);
  }

  private static NDArray parameter(NDManager manager, String name, Shape shape) {
    if (shape.dimension() == 1) {
      boolean gain = name.contains("norm") && name.endsWith("weight");
      return gain ? manager.ones(shape) : manager.zeros(shape);
    }
    double fanIn = (double) shape.size() / shape.get(0);
    return manager.randomNormal(0, (float) (1 / Math.sqrt(fanIn)), shape, DataType.FLOAT32);
  }

  NDManager manager() {
    return manager;
  }

  OwsmModel model() {
    return owsm.model();
  }

  /**
   * A transcriber whose every hypothesis has the same number of tokens, so that there is always the
   * same work.
   *
   * @param batch windows in one batch
   * @param padding of utterances shorter than a window
   */
  OwsmTranscriber transcriber(int beam, int tokensPerWindow, int batch, Padding padding) {
    // The last step counts from 0 in the rule for the least number, as it does in ESPnet.
    int least = tokensPerWindow - 1;
    DecodingOptions options =
        new DecodingOptions(beam, 0, -tokensPerWindow, -least, 0, false, false, false, 29.0, 0.2);
    double seconds = batch * model().config().speechLengthS();
    return owsm.transcriber(new Decoding(options, new GateChoice.Open(), padding, seconds));
  }

  @Override
  public void close() {
    owsm.close();
  }
}
