package io.espalier.checkpoint.espnet;

import io.espalier.files.MalformedFileException;
import io.espalier.files.YamlFile;
import io.espalier.owsm.OwsmConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Converts ESPnet's {@code config.yaml} to {@link OwsmConfig}. Absent keys take the defaults of
 * ESPnet's own classes; any setting with which ESPnet would compute differently is refused.
 */
public final class EspnetConfig {
  private static final int SAMPLE_RATE = 16_000;
  private static final double DEFAULT_RESOLUTION_S = 0.02;

  private final EspnetSection root;
  private final List<String> tokens;

  private EspnetConfig(EspnetSection root, List<String> tokens) {
    this.root = root;
    this.tokens = tokens;
  }

  /**
   * Reads {@code config.yaml}.
   *
   * @throws MalformedFileException with all values that are not supported
   */
  public static OwsmConfig read(Path path) throws IOException {
    YamlFile.Document document = YamlFile.read(path, "token_list");
    EspnetSection root =
        EspnetSection.root("Cannot use %s as an OWSM model".formatted(path), document.values())
            .ignoreOthers();
    OwsmConfig result = new EspnetConfig(root, document.strings()).toOwsm();
    root.finish();
    return result;
  }

  /** A path in the file that a model needs, or null. */
  public static String path(Map<String, Object> values, String... keys) {
    Object value = values;
    for (String key : keys) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value == null ? null : value.toString();
  }

  private OwsmConfig toOwsm() {
    boolean ctcOnly =
        root.oneOf("model", "espnet", "espnet", EspnetCtc.MODEL).equals(EspnetCtc.MODEL);
    root.only("token_type", "bpe", "bpe");
    root.only("frontend", "default", "default");
    if (ctcOnly) {
      EspnetCtc.parts(root);
    } else {
      root.only("encoder", "rnn", "e_branchformer");
      root.only("decoder", "rnn", "transformer");
      root.only("preprocessor", "s2t", "s2t");
    }
    root.only("preencoder", null, null);
    root.only("postencoder", null, null);
    root.only("input_size", null, null);
    boolean globalMvn =
        root.oneOf("normalize", "utterance_mvn", "global_mvn", "null").equals("global_mvn");
    if (globalMvn) {
      normalization(root.section("normalize_conf"));
    }
    EspnetSection encoderConf = root.section("encoder_conf");
    OwsmConfig.Encoder encoder = encoder(encoderConf, ctcOnly);
    Optional<OwsmConfig.CtcOnly> extra = Optional.empty();
    EspnetSection modelConf = root.section("model_conf").ignoreOthers();
    if (ctcOnly) {
      modelConf.only("sym_na", "<na>", "<na>");
      extra = Optional.of(EspnetCtc.read(root, modelConf, encoderConf, encoder));
    } else {
      model(modelConf);
      withoutInterCtc(encoderConf);
    }
    EspnetSection preprocessor = root.section("preprocessor_conf").ignoreOthers();
    double speechLengthS = preprocessor.number("speech_length", 30);
    double resolutionS = preprocessor.number("speech_resolution", DEFAULT_RESOLUTION_S);
    TokenListCheck.check(root, preprocessor, tokens, ctcOnly);
    return new OwsmConfig(
        frontend(root.section("frontend_conf")),
        encoder,
        ctcOnly ? OwsmConfig.Decoder.NONE : decoder(root.section("decoder_conf"), encoder.size()),
        extra,
        tokens,
        globalMvn,
        speechLengthS,
        resolutionS);
  }

  private static void model(EspnetSection conf) {
    double weight = conf.raw("ctc_weight") instanceof Number number ? number.doubleValue() : 0.5;
    if (weight <= 0 || weight >= 1) {
      conf.problem(
          "ctc_weight", weight, "a weight between 0 and 1: both CTC head and decoder are needed");
    }
    conf.only("sym_sos", "<sos>", "<sos>");
    conf.only("sym_eos", "<eos>", "<eos>");
    conf.only("sym_sop", "<sop>", "<sop>");
    conf.only("sym_na", "<na>", "<na>");
  }

  private static void normalization(EspnetSection conf) {
    conf.ignore("stats_file");
    conf.only("norm_means", true, true);
    conf.only("norm_vars", true, true);
    Object eps = conf.raw("eps");
    if (eps != null && !(eps instanceof Number number && number.doubleValue() == 1e-20)) {
      conf.problem("eps", eps, "1.0e-20");
    }
  }

  private static OwsmConfig.Frontend frontend(EspnetSection conf) {
    double sampleRate = conf.hertz("fs", SAMPLE_RATE);
    if (sampleRate != SAMPLE_RATE) {
      conf.problem("fs", conf.raw("fs"), String.valueOf(SAMPLE_RATE));
    }
    int nFft = conf.positive("n_fft", 512);
    int winLength = conf.positiveOrNull("win_length", nFft);
    if (winLength > nFft) {
      conf.problem("win_length", winLength, "values up to n_fft = " + nFft);
    }
    conf.only("window", "hann", "hann");
    conf.only("center", true, true);
    conf.only("normalized", false, false);
    conf.only("onesided", true, true);
    conf.only("htk", false, false);
    conf.only("apply_stft", true, true);
    // Beam forming and dereverberation settings: ESPnet applies them to several channels only.
    conf.ignore("frontend_conf");
    OwsmConfig.Frontend frontend =
        new OwsmConfig.Frontend(
            SAMPLE_RATE,
            nFft,
            winLength,
            conf.positive("hop_length", 128),
            conf.positive("n_mels", 80),
            conf.hertz("fmin", 0),
            conf.hertz("fmax", SAMPLE_RATE / 2.0),
            false);
    if (frontend.fMin() >= frontend.fMax()) {
      conf.problem("fmin", frontend.fMin(), "values below fmax = " + frontend.fMax());
    }
    return frontend;
  }

  private static OwsmConfig.Encoder encoder(EspnetSection conf, boolean ctcOnly) {
    conf.only("attention_layer_type", "rel_selfattn", "selfattn");
    conf.only("pos_enc_layer_type", "rel_pos", "abs_pos");
    conf.only("gate_activation", "identity", "identity");
    conf.only("use_ffn", false, true);
    conf.only("macaron_ffn", false, true);
    conf.only("ffn_activation_type", "swish", "swish");
    conf.only("positionwise_layer_type", "linear", "linear");
    String layer =
        ctcOnly
            ? conf.oneOf("input_layer", "conv2d8", "conv2d8")
            : conf.oneOf("input_layer", "conv2d", "conv2d", "conv2d8");
    conf.ignore("dropout_rate", "positional_dropout_rate", "attention_dropout_rate");
    conf.ignore("layer_drop_rate", "rel_pos_type", "zero_triu", "padding_idx");
    conf.ignore("max_pos_emb_len", "use_flash_attn", "gradient_checkpoint_layers");
    OwsmConfig.Encoder encoder =
        new OwsmConfig.Encoder(
            layer.equals("conv2d") ? OwsmConfig.InputLayer.CONV2D : OwsmConfig.InputLayer.CONV2D8,
            conf.positive("output_size", 256),
            conf.positive("attention_heads", 4),
            conf.positive("linear_units", 2048),
            conf.positive("cgmlp_linear_units", 2048),
            conf.positive("cgmlp_conv_kernel", 31),
            conf.positive("merge_conv_kernel", 3),
            conf.flag("use_linear_after_conv", false),
            conf.flag("qk_norm", false),
            conf.positive("num_blocks", 12));
    checkSizes(conf, encoder);
    return encoder;
  }

  /** No published encoder-decoder has it. */
  private static void withoutInterCtc(EspnetSection conf) {
    conf.only("interctc_use_conditioning", false, false);
    Object interCtc = conf.raw("interctc_layer_idx");
    if (interCtc != null && !interCtc.equals(List.of())) {
      conf.problem("interctc_layer_idx", interCtc, "null or []");
    }
  }

  private static void checkSizes(EspnetSection conf, OwsmConfig.Encoder encoder) {
    if (encoder.size() % encoder.attentionHeads() != 0) {
      conf.problem(
          "attention_heads", encoder.attentionHeads(), "divisors of the width " + encoder.size());
    }
    if (encoder.size() % 2 != 0) {
      conf.problem("output_size", encoder.size(), "even sizes");
    }
    if (encoder.cgmlpLinearUnits() % 2 != 0) {
      conf.problem("cgmlp_linear_units", encoder.cgmlpLinearUnits(), "even sizes");
    }
    if (encoder.cgmlpConvKernel() % 2 == 0) {
      conf.problem("cgmlp_conv_kernel", encoder.cgmlpConvKernel(), "odd kernels");
    }
    if (encoder.mergeConvKernel() % 2 == 0) {
      conf.problem("merge_conv_kernel", encoder.mergeConvKernel(), "odd kernels");
    }
  }

  private static OwsmConfig.Decoder decoder(EspnetSection conf, int width) {
    conf.only("input_layer", "embed", "embed");
    conf.only("use_output_layer", true, true);
    conf.only("normalize_before", true, true);
    conf.only("concat_after", false, false);
    conf.only("qk_norm", false, false);
    conf.ignore("dropout_rate", "positional_dropout_rate", "self_attention_dropout_rate");
    conf.ignore("src_attention_dropout_rate", "layer_drop_rate", "use_flash_attn");
    conf.ignore("gradient_checkpoint_layers");
    OwsmConfig.Decoder decoder =
        new OwsmConfig.Decoder(
            conf.positive("attention_heads", 4),
            conf.positive("linear_units", 2048),
            conf.positive("num_blocks", 6));
    if (width % decoder.attentionHeads() != 0) {
      conf.problem("attention_heads", decoder.attentionHeads(), "divisors of the width " + width);
    }
    return decoder;
  }
}
