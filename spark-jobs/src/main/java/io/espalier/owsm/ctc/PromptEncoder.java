package io.espalier.owsm.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FeedForward;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.LayerNorm;
import io.espalier.nn.Linear;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Positions;
import io.espalier.nn.SelfAttention;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads prompts: the language and the task become two vectors in front of the frames, the previous
 * text goes through a Transformer (ESPnet's {@code TransformerEncoder}), whose output the encoder
 * attends to.
 */
final class PromptEncoder {
  /** Language and task. */
  static final int PREFIX = 2;

  private static final double WHOLE = 1.0;

  private final Kernels kernels;
  private final NDArray table;
  private final Positions positions;
  private final List<Layer> layers = new ArrayList<>();
  private final LayerNorm afterNorm;
  private final Linear prefixProjection;
  private final Linear memoryProjection;
  private final long promptWidth;
  private final long width;
  private final int filler;

  /** One pre-norm block. */
  private record Layer(SelfAttention attention, FeedForward ffn) {
    static Layer of(ModuleScope module, int index, int heads) {
      String name = "prompt_encoder.encoders." + index;
      return new Layer(
          new SelfAttention(module, name + ".self_attn", name + ".norm1", heads),
          new FeedForward(
              module, name + ".feed_forward", name + ".norm2", FeedForward.Activation.RELU));
    }

    long flops(long tokens) {
      return attention.flops(tokens) + ffn.flops(tokens);
    }
  }

  /**
   * @param maxTokens longest previous text
   * @param filler id of the token behind shorter texts, which nothing attends to
   */
  PromptEncoder(ModuleScope module, OwsmConfig config, int maxTokens, int filler) {
    OwsmConfig.CtcOnly shape = config.ctcOnly().orElseThrow();
    this.kernels = module.kernels();
    this.table = module.weights().get("embed.weight");
    this.promptWidth = shape.promptSize();
    this.width = config.encoder().size();
    this.filler = filler;
    this.positions = new Positions(module.manager(), maxTokens, shape.promptSize());
    for (int i = 0; i < shape.promptBlocks(); i++) {
      layers.add(Layer.of(module, i, shape.promptHeads()));
    }
    this.afterNorm = new LayerNorm(module, "prompt_encoder.after_norm");
    boolean projects = promptWidth != width;
    this.prefixProjection = projects ? module.exact("embed_proj") : null;
    this.memoryProjection = projects ? module.exact("prompt_proj") : null;
  }

  /** Languages and tasks to (rows, 2, width), owned by {@code manager}. */
  NDArray prefix(NDManager manager, List<CtcPrompt> prompts, CostMeter meter) {
    int[] ids =
        prompts.stream()
            .flatMapToInt(prompt -> IntStream.of(prompt.language(), prompt.task()))
            .toArray();
    charge(meter, prompts.size(), row -> projectionFlops(PREFIX));
    try (NDManager scope = manager.newSubManager();
        NDArray index = HostData.of(scope, ids, new Shape(prompts.size(), PREFIX))) {
      NDArray vectors = kernels.call("lookup").with(index).with(table).run(scope);
      return projected(manager, vectors, prefixProjection);
    }
  }

  /** Previous texts to what the encoder attends to, owned by {@code manager}. */
  PromptMemory memory(NDManager manager, List<CtcPrompt> prompts, CostMeter meter) {
    int[] lengths = prompts.stream().mapToInt(prompt -> prompt.textPrev().length).toArray();
    charge(meter, prompts.size(), row -> flops(lengths[row]));
    int most = Arrays.stream(lengths).max().orElseThrow();
    boolean equal = Arrays.stream(lengths).allMatch(length -> length == most);
    FrameMask mask = equal ? FrameMask.none(manager) : FrameMask.of(manager, lengths, most, false);
    try (NDManager scope = manager.newSubManager()) {
      NDArray encoded = encode(scope, prompts, most, mask);
      return new PromptMemory(projected(manager, encoded, memoryProjection), mask, lengths);
    }
  }

  /**
   * The Transformer alone.
   *
   * @return (rows, tokens, its own width)
   */
  NDArray encode(NDManager scope, List<CtcPrompt> prompts, int tokens, FrameMask mask) {
    NDArray x = embed(scope, prompts, tokens);
    for (Layer layer : layers) {
      x = add(scope, x, layer.attention.forward(scope, x, mask));
      x = add(scope, x, layer.ffn.forward(scope, x));
    }
    return afterNorm.forward(scope, x);
  }

  private NDArray embed(NDManager scope, List<CtcPrompt> prompts, int tokens) {
    int[] ids = new int[prompts.size() * tokens];
    int[] places = new int[ids.length];
    Arrays.fill(ids, filler);
    for (int row = 0; row < prompts.size(); row++) {
      int[] own = prompts.get(row).textPrev();
      System.arraycopy(own, 0, ids, row * tokens, own.length);
      for (int token = 0; token < tokens; token++) {
        places[row * tokens + token] = token;
      }
    }
    Shape shape = new Shape(prompts.size(), tokens);
    return kernels
        .call("embed")
        .with(HostData.of(scope, ids, shape))
        .with(HostData.of(scope, places, shape))
        .with(table)
        .with(positions.table())
        .with(positions.scale())
        .run(scope);
  }

  private NDArray add(NDManager scope, NDArray x, NDArray delta) {
    return kernels.call("residual").with(x).with(delta).with(WHOLE).run(scope);
  }

  /** The same vectors if both widths are one. */
  private NDArray projected(NDManager manager, NDArray vectors, Linear projection) {
    if (projection == null) {
      vectors.attach(manager);
      return vectors;
    }
    return kernels.call("linear_exact").with(vectors).with(projection).run(manager);
  }

  private static void charge(CostMeter meter, int rows, FlopsOfRow flops) {
    for (int row = 0; row < rows; row++) {
      meter.spend(CostPart.ENCODER_PROMPT, row, flops.of(row));
      meter.dense(CostPart.ENCODER_PROMPT, row, flops.of(row));
    }
  }

  @FunctionalInterface
  private interface FlopsOfRow {
    long of(int row);
  }

  private long projectionFlops(long tokens) {
    return promptWidth == width ? 0 : 2 * tokens * promptWidth * width;
  }

  /** FLOPs of one previous text of that many tokens. */
  private long flops(long tokens) {
    return layers.stream().mapToLong(layer -> layer.flops(tokens)).sum() + projectionFlops(tokens);
  }
}
