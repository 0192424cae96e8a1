package io.espalier.context;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every parameter of a BEATs encoder under its checkpoint's name, with its shape. */
public final class EventParameters {
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private EventParameters() {}

  /** The parameters that inference needs. */
  public static Map<String, Shape> expected(EventConfig config) {
    EventParameters parameters = new EventParameters();
    parameters.addAll(config);
    return parameters.shapes;
  }

  /** Whether a parameter belongs to the classifier of a fine-tuned model, which is not used. */
  public static boolean isOfClassifier(String name) {
    return name.startsWith("predictor.");
  }

  private void addAll(EventConfig config) {
    int width = config.width();
    if (config.embedDim() != width) {
      linear("post_extract_proj", config.embedDim(), width);
    }
    add("patch_embedding.weight", config.embedDim(), 1, config.patchSize(), config.patchSize());
    if (config.convBias()) {
      add("patch_embedding.bias", config.embedDim());
    }
    add("encoder.pos_conv.0.bias", width);
    add("encoder.pos_conv.0.weight_g", 1, 1, config.positionKernel());
    add(
        "encoder.pos_conv.0.weight_v",
        width,
        width / config.positionGroups(),
        config.positionKernel());
    for (int i = 0; i < config.layers(); i++) {
      layer("encoder.layers." + i, config);
    }
    norm("encoder.layer_norm", width);
    norm("layer_norm", config.embedDim());
  }

  private void layer(String name, EventConfig config) {
    int width = config.width();
    String attention = name + ".self_attn";
    if (config.relativePositions()) {
      add(attention + ".relative_attention_bias.weight", config.buckets(), config.heads());
    }
    if (config.gatedPositions()) {
      add(attention + ".grep_a", 1, config.heads(), 1, 1);
      linear(attention + ".grep_linear", width / config.heads(), BeatsLayer.GATE_UNITS);
    }
    for (String projection : new String[] {"k_proj", "v_proj", "q_proj", "out_proj"}) {
      linear(attention + "." + projection, width, width);
    }
    norm(name + ".self_attn_layer_norm", width);
    linear(name + ".fc1", width, config.feedForward());
    linear(name + ".fc2", config.feedForward(), width);
    norm(name + ".final_layer_norm", width);
  }

  private void linear(String name, long in, long out) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void norm(String name, long width) {
    add(name + ".weight", width);
    add(name + ".bias", width);
  }

  private void add(String name, long... sizes) {
    shapes.put(name, new Shape(sizes));
  }
}
