package io.espalier.owsm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Parameters;
import io.espalier.nn.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** OWSM's decoder (ESPnet's {@code TransformerDecoder}), step by step with cached keys. */
public final class Decoder {
  private final Kernels kernels;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Parameters embedding;
  private final Parameters output;
  private final double scale;
  private final int width;
  private final int vocabularySize;
  private final int maxPositions;

  Decoder(ModuleScope module, OwsmConfig config, Positions positions) {
    this.kernels = module.kernels();
    NDArray table = module.weights().get("decoder.embed.0.weight");
    this.vocabularySize = (int) table.getShape().get(0);
    this.width = (int) table.getShape().get(1);
    this.scale = positions.scale();
    this.maxPositions = positions.count();
    this.embedding = Parameters.of(module.weights().manager(), table, positions.table());
    this.output =
        new Parameters.Builder(module.manager())
            .arrays(
                module.weights().get("decoder.after_norm.weight"),
                module.weights().get("decoder.after_norm.bias"))
            .linear(module.exact("decoder.output_layer"))
            .build();
    for (int i = 0; i < config.decoder().numBlocks(); i++) {
      layers.add(DecoderLayer.of(module, i, config.decoder().attentionHeads()));
    }
  }

  /**
   * Starts decoding a batch whose frames are all real.
   *
   * @param manager parent of the state's own manager
   * @param encoderOut (rows, frames, width)
   */
  public DecoderState start(
      NDManager manager, NDArray encoderOut, DecoderGates gates, CostMeter meter) {
    int[] lengths = new int[(int) encoderOut.getShape().get(0)];
    Arrays.fill(lengths, (int) encoderOut.getShape().get(1));
    return start(manager, encoderOut, lengths, gates, meter);
  }

  /**
   * Starts decoding a batch: computes the source keys and values of every open layer.
   *
   * @param manager parent of the state's own manager
   * @param encoderOut (rows, frames, width)
   * @param lengths real frames of each row
   */
  public DecoderState start(
      NDManager manager, NDArray encoderOut, int[] lengths, DecoderGates gates, CostMeter meter) {
    return start(manager, encoderOut, lengths, lengths, gates, meter);
  }

  /**
   * Starts decoding a batch from which the encoder took frames.
   *
   * @param manager parent of the state's own manager
   * @param encoderOut (rows, frames, width)
   * @param lengths real frames of each row
   * @param allFrames of each row, if the encoder had taken none away: what the dense model sees
   */
  public DecoderState start(
      NDManager manager,
      NDArray encoderOut,
      int[] lengths,
      int[] allFrames,
      DecoderGates gates,
      CostMeter meter) {
    return new DecoderState(this, manager, encoderOut, lengths, allFrames, gates, meter);
  }

  /** Longest sequence, prompt included, that has positions. */
  public int maxPositions() {
    return maxPositions;
  }

  /** (rows, tokens) ids and positions to (rows, tokens, width). */
  NDArray embed(NDManager manager, NDArray ids, NDArray positions) {
    return kernels.call("embed").with(ids).with(positions).with(embedding).with(scale).run(manager);
  }

  /** (rows, tokens, width) to log-probabilities (rows, tokens, vocabulary). */
  NDArray logProbs(NDManager manager, NDArray hidden) {
    return kernels
        .call("log_probs")
        .with(hidden)
        .with(output)
        .with(ModuleScope.NORM_EPS)
        .run(manager);
  }

  long outputFlops() {
    return 2L * width * vocabularySize;
  }

  Kernels kernels() {
    return kernels;
  }

  List<DecoderLayer> layers() {
    return layers;
  }
}
