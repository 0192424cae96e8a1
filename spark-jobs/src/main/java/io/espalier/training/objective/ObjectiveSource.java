package io.espalier.training.objective;

import io.espalier.owsm.OwsmConfig;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes the TorchScript of one model's training step. The layers are in the resource {@code
 * objective.torchscript}; this class writes what depends on the model's shape: how the parameter
 * vectors are cut, and the calls from layer to layer.
 */
final class ObjectiveSource {
  private static final String FLOAT32 =
      """
      def linear(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.linear(x, w, b)
      def narrowed(self: __torch__.Kern, x: Tensor) -> Tensor:
        return x
      def wide(self: __torch__.Kern, x: Tensor) -> Tensor:
        return x
      """;
  private static final String BFLOAT16 =
      """
      def linear(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.linear(torch.to(x, 15), torch.to(w, 15), torch.to(b, 15))
      def narrowed(self: __torch__.Kern, x: Tensor) -> Tensor:
        return torch.to(x, 15)
      def wide(self: __torch__.Kern, x: Tensor) -> Tensor:
        return torch.to(x, 6)
      """;

  private static final String FRAMES =
      "def frames(self: __torch__.Kern, p: List[Tensor], pe: Tensor, features: Tensor, train: bool)"
          + " -> Tensor:";
  private static final String ENCODE =
      "def encode(self: __torch__.Kern, p: List[Tensor], x0: Tensor, gates: Tensor, train: bool)"
          + " -> Tensor:";
  private static final String DECODE =
      "def decode(self: __torch__.Kern, p: List[Tensor], pe: Tensor, source: Tensor, tokens:"
          + " Tensor, gates: Tensor, train: bool) -> Tensor:";
  private static final String LOSSES =
      """
      def ctc(self: __torch__.Kern, p: List[Tensor], x: Tensor) -> Tensor:
        return torch.log_softmax((self).wide((self).linear(x, CTC_OUT)), -1)
      ENCODER_GATES
      def encoded(self: __torch__.Kern, p: List[Tensor], x0: Tensor GATE_TYPES, train: bool) -> Tuple[Tensor, Tensor]:
      ENCODED
      def decoder_gates(self: __torch__.Kern, p: List[Tensor], x: Tensor GATE_TYPES, train: bool) -> Tensor:
      DECODER_GATES
      def outputs(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor GATE_TYPES) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        p = (self).parameters(w, f)
        x0 = (self).frames(p, pe, features, False)
        x, ge, = (self).encoded(p, x0 GATE_NAMES, False)
        gd = (self).decoder_gates(p, x GATE_NAMES, False)
        return (x, (self).ctc(p, x), (self).decode(p, pe, x, tokens, gd, False), ge, gd)
      def step(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, ctc_weight: Tensor GATE_TYPES TEACHER_TYPE, train: bool) -> Tuple[Tensor, Tensor]:
        p = (self).parameters(w, f)
        x0 = (self).frames(p, pe, features, train)
        x, ge, = (self).encoded(p, x0 GATE_NAMES, train)
        c = torch.sum((self).ctc_losses((self).ctc(p, x), ctc_targets, ctc_lengths))
        gd = (self).decoder_gates(p, x GATE_NAMES, train)
        y = (self).decode(p, pe, x, tokens, gd, train)
        a = torch.sum((self).attention_losses(y, targets, SMOOTHING))
        loss = torch.div(torch.add(torch.mul(c, ctc_weight), torch.mul(a, torch.rsub(ctc_weight, 1))), torch.size(features, 0))
      DISTILLATION
        asked = torch.to(torch.sum(torch.ge(targets, 0)), 6)
        facts = torch.stack([torch.detach(c), torch.detach(a), (self).correct(y, targets), asked])
      RESULT
      def train(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, ctc_weight: Tensor GATE_TYPES TEACHER_TYPE) -> Tuple[Tensor, Tensor]:
        return (self).step(w, f, pe, features, tokens, targets, ctc_targets, ctc_lengths, ctc_weight GATE_NAMES TEACHER_NAME, True)
      def evaluate(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, ctc_weight: Tensor GATE_TYPES TEACHER_TYPE) -> Tuple[Tensor, Tensor]:
        return (self).step(w, f, pe, features, tokens, targets, ctc_targets, ctc_lengths, ctc_weight GATE_NAMES TEACHER_NAME, False)
      """;

  private final OwsmConfig config;
  private final ParameterLayout layout;
  private final ObjectiveSettings settings;
  private final GateSource gates;
  private final Map<String, Integer> places = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private ObjectiveSource(
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      GateSource gates,
      String layers) {
    this.config = config;
    this.layout = layout;
    this.settings = settings;
    this.gates = gates;
    layout.slots().forEach(slot -> places.put(slot.name(), places.size()));
    text.append(settings.precision() == Precision.BFLOAT16 ? BFLOAT16 : FLOAT32).append(layers);
  }

  /** The source of all functions. */
  static String of(
      OwsmConfig config, ParameterLayout layout, ObjectiveSettings settings, GateSource gates) {
    try (InputStream in = ObjectiveSource.class.getResourceAsStream("objective.torchscript")) {
      String layers = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      ObjectiveSource source = new ObjectiveSource(config, layout, settings, gates, layers);
      source.parameters();
      source.encode();
      source.decode();
      source.losses();
      return source.text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  /** Cuts the two vectors into parameters, in ESPnet's order. */
  private void parameters() {
    line("def parameters(self: __torch__.Kern, w: Tensor, f: Tensor) -> List[Tensor]:");
    for (boolean trained : new boolean[] {true, false}) {
      String sizes =
          layout.slots().stream()
              .filter(slot -> slot.trained() == trained)
              .map(slot -> String.valueOf(slot.shape().size()))
              .collect(Collectors.joining(", "));
      if (!sizes.isEmpty()) {
        line(
            "  %s = torch.split_with_sizes(%s, [%s])",
            trained ? "t" : "u", trained ? "w" : "f", sizes);
      }
    }
    line("  p = annotate(List[Tensor], [])");
    int[] next = new int[2];
    for (ParameterLayout.Slot slot : layout.slots()) {
      int vector = slot.trained() ? 0 : 1;
      String shape = Arrays.toString(slot.shape().getShape());
      line("  p.append(torch.view(%s[%d], %s))", vector == 0 ? "t" : "u", next[vector]++, shape);
    }
    line("  return p");
  }

  private void encode() {
    OwsmConfig.Encoder encoder = config.encoder();
    line(FRAMES);
    line("  c0 = (self).first_convolution(features, %s)", pair("encoder.embed.conv.0"));
    int convolutions = encoder.inputLayer().convolutions();
    for (int i = 1; i < convolutions; i++) {
      String name = "encoder.embed.conv." + 2 * i;
      line("  c%d = (self).convolution(c%d, %s)", i, i - 1, pair(name));
    }
    String out =
        switch (encoder.inputLayer()) {
          case CONV2D -> "encoder.embed.out.0";
          case CONV2D8 -> "encoder.embed.out";
        };
    line("  s = (self).subsample_out(c%d, %s)", convolutions - 1, pair(out));
    String frames = "  return (self).drop((self).add_positions(s, pe), %s, train)";
    line(frames, rate(settings.dropout()));
    line(ENCODE);
    for (int i = 0; i < encoder.numBlocks(); i++) {
      line("  x%d = %s", i + 1, encoderLayer(i, "gates", 4 * i));
    }
    line("  return %s", encoderOutput());
  }

  private String encoderOutput() {
    int layers = config.encoder().numBlocks();
    return String.format(Locale.ROOT, "(self).norm(x%d, %s)", layers, pair("encoder.after_norm"));
  }

  /** Functions of the encoder's predictors. */
  private String encoderGates() {
    StringBuilder functions = new StringBuilder();
    for (int i = 0; i < gates.encoderParts(config); i++) {
      functions
          .append("def encoder_gates_")
          .append(i)
          .append("(self: __torch__.Kern, p: List[Tensor], x: Tensor GATE_TYPES, train: bool)")
          .append(" -> Tensor:\n");
      functions.append(gates.encoder(config, i, this::place));
    }
    return functions.toString();
  }

  /** The encoder with its gates, which one predictor decides about, or each layer's own. */
  private String encoded() {
    String decide = "  g%1$d = (self).encoder_gates_%1$d(p, x%1$d GATE_NAMES, train)\n";
    int parts = gates.encoderParts(config);
    if (parts == 1) {
      return String.format(Locale.ROOT, decide, 0)
          + "  return ((self).encode(p, x0, g0, train), g0)\n";
    }
    StringBuilder body = new StringBuilder();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      body.append(String.format(Locale.ROOT, decide, i));
      body.append(String.format(Locale.ROOT, "  x%d = %s%n", i + 1, encoderLayer(i, "g" + i, 0)));
      all.add("g" + i);
    }
    return body
        + "  return (%s, torch.cat([%s], 0))\n".formatted(encoderOutput(), String.join(", ", all));
  }

  /**
   * @param open variable of the gates
   * @param at place of the layer's first gate among them
   */
  private String encoderLayer(int index, String open, int at) {
    String name = "encoder.encoders." + index;
    OwsmConfig.Encoder encoder = config.encoder();
    String norms =
        encoder.qkNorm() ? list(name + ".attn.q_norm", name + ".attn.k_norm") : noParameters();
    String extra = encoder.linearAfterConv() ? list(name + ".cgmlp.csgu.linear") : noParameters();
    return String.join(
        ", ",
        "(self).encoder_layer(x" + index,
        feedForward(name + ".norm_ff_macaron", name + ".feed_forward_macaron"),
        attention(name + ".norm_mha", name + ".attn"),
        norms,
        list(
            name + ".norm_mlp",
            name + ".cgmlp.channel_proj1.0",
            name + ".cgmlp.csgu.norm",
            name + ".cgmlp.csgu.conv",
            name + ".cgmlp.channel_proj2"),
        extra,
        list(name + ".depthwise_conv_fusion", name + ".merge_proj"),
        feedForward(name + ".norm_ff", name + ".feed_forward"),
        list(name + ".norm_final"),
        String.valueOf(encoder.attentionHeads()),
        open,
        String.valueOf(at),
        rate(settings.dropout()),
        rate(settings.attentionDropout()),
        "train)");
  }

  private void decode() {
    OwsmConfig.Decoder decoder = config.decoder();
    line(DECODE);
    line("  e = torch.embedding(%s, tokens)", place("decoder.embed.0.weight"));
    line("  x0 = (self).drop((self).add_positions(e, pe), %s, train)", rate(settings.dropout()));
    for (int i = 0; i < decoder.numBlocks(); i++) {
      line("  x%d = %s", i + 1, decoderLayer("decoder.decoders." + i, i));
    }
    line("  y = (self).norm(x%d, %s)", decoder.numBlocks(), pair("decoder.after_norm"));
    line("  z = (self).wide((self).linear(y, %s))", pair("decoder.output_layer"));
    line("  return torch.log_softmax(z, -1)");
  }

  private String decoderLayer(String name, int index) {
    return String.join(
        ", ",
        "(self).decoder_layer(x" + index,
        "source",
        attention(name + ".norm1", name + ".self_attn"),
        attention(name + ".norm2", name + ".src_attn"),
        feedForward(name + ".norm3", name + ".feed_forward"),
        String.valueOf(config.decoder().attentionHeads()),
        "gates",
        String.valueOf(3 * index),
        rate(settings.dropout()),
        rate(settings.attentionDropout()),
        "train)");
  }

  /** In training only, so that validations measure what decoding is about. */
  private String distillation() {
    return String.format(
        Locale.ROOT,
        """
          if train:
            q = (self).parameters(teacher, f)
            y0 = (self).frames(q, pe, features, False)
            taught = torch.detach((self).encode(q, y0, torch.zeros([0]), False))
            distance = torch.mean(torch.square(torch.sub(x, taught)))
            loss = torch.add(loss, torch.mul(distance, %s))
        """,
        settings.distillation());
  }

  private void losses() {
    boolean distils = settings.distillation() > 0;
    text.append(gates.functions());
    text.append(
        LOSSES
            .replace("CTC_OUT", pair("ctc.ctc_lo"))
            .replace("SMOOTHING", rate(settings.labelSmoothing()))
            .replace("ENCODER_GATES\n", encoderGates())
            .replace("ENCODED\n", encoded())
            .replace("DECODER_GATES\n", gates.decoder(config, this::place))
            .replace("RESULT\n", gates.result())
            .replace("DISTILLATION\n", distils ? distillation() : "")
            .replace(" TEACHER_TYPE", distils ? ", teacher: Tensor" : "")
            .replace(" TEACHER_NAME", distils ? ", teacher" : "")
            .replace(" GATE_TYPES", gates.types())
            .replace(" GATE_NAMES", gates.names()));
  }

  private String feedForward(String norm, String name) {
    return list(norm, name + ".w_1", name + ".w_2");
  }

  private String attention(String norm, String name) {
    return list(
        norm, name + ".linear_q", name + ".linear_k", name + ".linear_v", name + ".linear_out");
  }

  private static String noParameters() {
    return "annotate(List[Tensor], [])";
  }

  /** Weights and biases of several layers. */
  private String list(String... names) {
    List<String> pairs = new ArrayList<>();
    for (String name : names) {
      pairs.add(pair(name));
    }
    return "[" + String.join(", ", pairs) + "]";
  }

  private String pair(String name) {
    return place(name + ".weight") + ", " + place(name + ".bias");
  }

  private String place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("Cannot find parameter: " + name);
    }
    return "p[" + place + "]";
  }

  private static String rate(double value) {
    return Double.toString(value);
  }
}
