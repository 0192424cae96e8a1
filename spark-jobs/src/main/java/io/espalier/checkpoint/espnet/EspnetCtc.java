package io.espalier.checkpoint.espnet;

import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What the {@code config.yaml} of an OWSM-CTC says besides: ESPnet's {@code
 * EBranchformerCTCEncoder} and the {@code TransformerEncoder} that reads the prompt.
 */
final class EspnetCtc {
  /** The name of the model's class in {@code config.yaml}. */
  static final String MODEL = "espnet_ctc";

  private EspnetCtc() {}

  /** Notes a problem with each part that is another than OWSM-CTC's. */
  static void parts(EspnetSection root) {
    root.only("encoder", "e_branchformer_ctc", "e_branchformer_ctc");
    root.only("promptencoder", "transformer", "transformer");
    root.only("decoder", null, null);
    root.only("preprocessor", "s2t_ctc", "s2t_ctc");
  }

  /**
   * Reads what an encoder-decoder does not have.
   *
   * @param model ESPnet's {@code model_conf}
   * @param conf ESPnet's {@code encoder_conf}
   * @param encoder what it says of every kind of encoder
   */
  static OwsmConfig.CtcOnly read(
      EspnetSection root, EspnetSection model, EspnetSection conf, OwsmConfig.Encoder encoder) {
    List<Integer> intermediate = interCtc(conf, encoder.numBlocks());
    // Without conditioning the intermediate outputs matter to training alone.
    boolean conditions = conf.flag("interctc_use_conditioning", false);
    EspnetSection prompt = root.section("promptencoder_conf");
    return prompt(
        prompt,
        crossAttention(conf, encoder.numBlocks()),
        conditions ? intermediate : List.of(),
        training(model, intermediate));
  }

  private static OwsmConfig.CtcTraining training(EspnetSection model, List<Integer> layers) {
    Object given = model.raw("interctc_weight");
    double weight = given instanceof Number number ? number.doubleValue() : 0;
    if ((given != null && !(given instanceof Number)) || !(weight >= 0 && weight < 1)) {
      model.problem("interctc_weight", given, "a weight from 0 and below 1");
      weight = 0;
    }
    Object value = model.raw("ctc_asr_only");
    List<?> flags = value instanceof List<?> list && !list.isEmpty() ? list : List.of(false);
    if (value != null && (value != flags || !flags.stream().allMatch(EspnetCtc::isFlag))) {
      model.problem("ctc_asr_only", value, "true or false for each CTC output");
      flags = List.of(false);
    }
    return new OwsmConfig.CtcTraining(
        layers, weight, flags.stream().map(EspnetCtc::isTrue).toList());
  }

  private static OwsmConfig.CtcOnly prompt(
      EspnetSection conf,
      List<Integer> crossAttention,
      List<Integer> conditioned,
      OwsmConfig.CtcTraining training) {
    conf.only("input_layer", null, null);
    conf.only("normalize_before", true, true);
    conf.only("concat_after", false, false);
    conf.only("positionwise_layer_type", "linear", "linear");
    conf.only("interctc_use_conditioning", false, false);
    conf.only("qk_norm", false, false);
    conf.ignore("dropout_rate", "positional_dropout_rate", "attention_dropout_rate");
    conf.ignore("layer_drop_rate", "use_flash_attn", "gradient_checkpoint_layers");
    Object interCtc = conf.raw("interctc_layer_idx");
    if (interCtc != null && !interCtc.equals(List.of())) {
      conf.problem("interctc_layer_idx", interCtc, "null or []");
    }
    OwsmConfig.CtcOnly shape =
        new OwsmConfig.CtcOnly(
            conf.positive("output_size", 256),
            conf.positive("attention_heads", 4),
            conf.positive("linear_units", 2048),
            conf.positive("num_blocks", 6),
            crossAttention,
            conditioned,
            training);
    if (shape.promptSize() % shape.promptHeads() != 0) {
      conf.problem(
          "attention_heads", shape.promptHeads(), "divisors of the width " + shape.promptSize());
    }
    if (shape.promptSize() % 2 != 0) {
      conf.problem("output_size", shape.promptSize(), "even sizes");
    }
    return shape;
  }

  /** ESPnet counts these layers from 1. */
  private static List<Integer> interCtc(EspnetSection conf, int blocks) {
    Object value = conf.raw("interctc_layer_idx");
    List<Integer> layers = new ArrayList<>();
    if (value == null) {
      return layers;
    }
    int last = 0;
    for (Object entry : value instanceof List<?> list ? list : List.of(value)) {
      // The last layer's output is the model's own.
      if (!(entry instanceof Integer layer) || layer <= last || layer >= blocks) {
        conf.problem("interctc_layer_idx", value, "ascending layers from 1 and below " + blocks);
        return List.of();
      }
      last = layer;
      layers.add(layer - 1);
    }
    return layers;
  }

  /** One truth value for all layers, or a list of one for each; YAML has them as 0 and 1 too. */
  private static List<Integer> crossAttention(EspnetSection conf, int blocks) {
    Object value = conf.raw("use_cross_attention");
    List<Integer> layers = new ArrayList<>();
    List<?> flags = value instanceof List<?> list ? list : null;
    boolean known = flags == null ? isFlag(value) : flags.stream().allMatch(EspnetCtc::isFlag);
    if (value != null && (!known || (flags != null && flags.size() != blocks))) {
      conf.problem("use_cross_attention", value, "true, false, or one of these for each layer");
      return layers;
    }
    for (int layer = 0; layer < blocks; layer++) {
      // ESPnet's default is cross attention in every layer.
      if (value == null || isTrue(flags == null ? value : flags.get(layer))) {
        layers.add(layer);
      }
    }
    return layers;
  }

  private static boolean isFlag(Object value) {
    return value instanceof Boolean
        || (value instanceof Integer number && (number == 0 || number == 1));
  }

  private static boolean isTrue(Object value) {
    return Boolean.TRUE.equals(value) || Integer.valueOf(1).equals(value);
  }
}
