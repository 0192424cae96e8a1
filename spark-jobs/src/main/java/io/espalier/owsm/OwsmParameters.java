package io.espalier.owsm;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Every parameter of an OWSM under ESPnet's name, with its shape. */
public final class OwsmParameters {
  /** The mel filter bank, (frequency bins, mels). A stored one wins over a computed one. */
  public static final String MEL_MATRIX = "frontend.logmel.melmat";

  /** The mean that global normalisation subtracts, (mels). */
  public static final String MEAN = "normalize.mean";

  /** The standard deviation that global normalisation divides by, (mels). */
  public static final String STD = "normalize.std";

  /** What a checkpoint may lack, because it can be had from elsewhere. */
  public static final Set<String> OPTIONAL = Set.of(MEL_MATRIX, MEAN, STD);

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private OwsmParameters() {}

  /**
   * The parameters that a checkpoint of this configuration has, {@link #OPTIONAL} ones included, in
   * ESPnet's order.
   */
  public static Map<String, Shape> expected(OwsmConfig config) {
    OwsmParameters parameters = new OwsmParameters();
    parameters.frontend(config);
    parameters.subsampling(config);
    for (int i = 0; i < config.encoder().numBlocks(); i++) {
      parameters.encoderBlock("encoder.encoders." + i, config.encoder());
    }
    long width = config.encoder().size();
    parameters.norm("encoder.after_norm", width);
    if (config.ctcOnly().isPresent()) {
      parameters.ctcOnly(config, config.ctcOnly().get());
    } else {
      parameters.decoder(config);
    }
    parameters.linear("ctc.ctc_lo", width, config.vocabularySize());
    return parameters.shapes;
  }

  private void decoder(OwsmConfig config) {
    long width = config.encoder().size();
    add("decoder.embed.0.weight", config.vocabularySize(), width);
    for (int i = 0; i < config.decoder().numBlocks(); i++) {
      decoderBlock("decoder.decoders." + i, width, config.decoder().linearUnits());
    }
    norm("decoder.after_norm", width);
    linear("decoder.output_layer", width, config.vocabularySize());
  }

  private void ctcOnly(OwsmConfig config, OwsmConfig.CtcOnly shape) {
    long width = config.encoder().size();
    long promptWidth = shape.promptSize();
    for (int layer : shape.crossAttention()) {
      attention("encoder.encoders." + layer + ".cross_attn", width);
      norm("encoder.encoders." + layer + ".norm_cross_attn", width);
    }
    if (!shape.conditioned().isEmpty()) {
      linear("encoder.conditioning_layer", config.vocabularySize(), width);
    }
    for (int i = 0; i < shape.promptBlocks(); i++) {
      String block = "prompt_encoder.encoders." + i;
      attention(block + ".self_attn", promptWidth);
      feedForward(block + ".feed_forward", promptWidth, shape.promptLinearUnits());
      norm(block + ".norm1", promptWidth);
      norm(block + ".norm2", promptWidth);
    }
    norm("prompt_encoder.after_norm", promptWidth);
    add("embed.weight", config.vocabularySize(), promptWidth);
    if (promptWidth != width) {
      linear("embed_proj", promptWidth, width);
      linear("prompt_proj", promptWidth, width);
    }
  }

  private void frontend(OwsmConfig config) {
    OwsmConfig.Frontend frontend = config.frontend();
    add(MEL_MATRIX, frontend.nFft() / 2 + 1, frontend.nMels());
    if (config.globalMvn()) {
      add(MEAN, frontend.nMels());
      add(STD, frontend.nMels());
    }
  }

  private void subsampling(OwsmConfig config) {
    OwsmConfig.InputLayer layer = config.encoder().inputLayer();
    long width = config.encoder().size();
    for (int i = 0; i < layer.convolutions(); i++) {
      String conv = "encoder.embed.conv." + 2 * i;
      add(conv + ".weight", width, i == 0 ? 1 : width, 3, 3);
      add(conv + ".bias", width);
    }
    String out =
        switch (layer) {
          case CONV2D -> "encoder.embed.out.0";
          case CONV2D8 -> "encoder.embed.out";
        };
    linear(out, width * layer.outputLength(config.frontend().nMels()), width);
  }

  private void encoderBlock(String block, OwsmConfig.Encoder encoder) {
    long width = encoder.size();
    attention(block + ".attn", width);
    if (encoder.qkNorm()) {
      norm(block + ".attn.q_norm", width / encoder.attentionHeads());
      norm(block + ".attn.k_norm", width / encoder.attentionHeads());
    }
    gatingMlp(block + ".cgmlp", encoder);
    feedForward(block + ".feed_forward", width, encoder.linearUnits());
    feedForward(block + ".feed_forward_macaron", width, encoder.linearUnits());
    norm(block + ".norm_ff", width);
    norm(block + ".norm_ff_macaron", width);
    norm(block + ".norm_mha", width);
    norm(block + ".norm_mlp", width);
    norm(block + ".norm_final", width);
    depthwise(block + ".depthwise_conv_fusion", 2 * width, encoder.mergeConvKernel());
    linear(block + ".merge_proj", 2 * width, width);
  }

  private void gatingMlp(String name, OwsmConfig.Encoder encoder) {
    long half = encoder.cgmlpLinearUnits() / 2;
    linear(name + ".channel_proj1.0", encoder.size(), encoder.cgmlpLinearUnits());
    norm(name + ".csgu.norm", half);
    depthwise(name + ".csgu.conv", half, encoder.cgmlpConvKernel());
    if (encoder.linearAfterConv()) {
      linear(name + ".csgu.linear", half, half);
    }
    linear(name + ".channel_proj2", half, encoder.size());
  }

  private void decoderBlock(String block, long width, long units) {
    attention(block + ".self_attn", width);
    attention(block + ".src_attn", width);
    feedForward(block + ".feed_forward", width, units);
    norm(block + ".norm1", width);
    norm(block + ".norm2", width);
    norm(block + ".norm3", width);
  }

  private void attention(String name, long width) {
    linear(name + ".linear_q", width, width);
    linear(name + ".linear_k", width, width);
    linear(name + ".linear_v", width, width);
    linear(name + ".linear_out", width, width);
  }

  private void feedForward(String name, long width, long units) {
    linear(name + ".w_1", width, units);
    linear(name + ".w_2", units, width);
  }

  private void linear(String name, long in, long out) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void depthwise(String name, long channels, long kernel) {
    add(name + ".weight", channels, 1, kernel);
    add(name + ".bias", channels);
  }

  private void norm(String name, long width) {
    add(name + ".weight", width);
    add(name + ".bias", width);
  }

  private void add(String name, long... sizes) {
    shapes.put(name, new Shape(sizes));
  }
}
