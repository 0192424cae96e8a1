package io.espalier.training.objective;

import ai.djl.Device;
import io.espalier.nn.PrecisionChoice;
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
 * What the training steps of all kinds of OWSM have in common: how the parameter vectors are cut,
 * the subsampling, the arguments of E-Branchformer's layers, and the encoder's gates. The layers
 * are in the resource {@code objective.torchscript}.
 */
abstract sealed class StepSource permits ObjectiveSource, CtcObjectiveSource {
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

  /** What dense convolutions take. */
  private static final String CONVOLVED =
      """
      def convolved(self: __torch__.Kern, x: Tensor) -> Tensor:
        return (self).%s(x)
      """;

  private final OwsmConfig config;
  private final ParameterLayout layout;
  private final ObjectiveSettings settings;
  private final GateSource gates;
  private final Map<String, Integer> places = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  StepSource(
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      GateSource gates,
      Device device) {
    this.config = config;
    this.layout = layout;
    this.settings = settings;
    this.gates = gates;
    layout.slots().forEach(slot -> places.put(slot.name(), places.size()));
    text.append(settings.precision() == Precision.BFLOAT16 ? BFLOAT16 : FLOAT32);
    text.append(
        CONVOLVED.formatted(PrecisionChoice.convolvesInBfloat16(device) ? "narrowed" : "wide"));
    text.append(resource("objective.torchscript"));
  }

  /** The source of all functions of a model's training step. */
  static String of(
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      GateSource gates,
      Device device) {
    return config.ctcOnly().isPresent()
        ? new CtcObjectiveSource(config, layout, settings, gates, device).write()
        : new ObjectiveSource(config, layout, settings, gates, device).write();
  }

  /** The source of all functions. */
  abstract String write();

  static String resource(String name) {
    try (InputStream in = StepSource.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  final String text() {
    return text.toString();
  }

  final void append(String more) {
    text.append(more);
  }

  final void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  /** Cuts the two vectors into parameters, in ESPnet's order. */
  final void parameters() {
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

  /** Leaves the subsampled features, (rows, frames, width), in {@code s}. */
  final void subsample() {
    OwsmConfig.Encoder encoder = config.encoder();
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
  }

  /** Functions of the encoder's predictors. */
  final String encoderGates() {
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

  /** The arguments of an encoder layer up to its second feed-forward. */
  final List<String> encoderModules(String name) {
    OwsmConfig.Encoder encoder = config.encoder();
    String norms =
        encoder.qkNorm() ? list(name + ".attn.q_norm", name + ".attn.k_norm") : noParameters();
    String extra = encoder.linearAfterConv() ? list(name + ".cgmlp.csgu.linear") : noParameters();
    return List.of(
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
        feedForward(name + ".norm_ff", name + ".feed_forward"));
  }

  /** A call of a layer of E-Branchformer alone. */
  final String encoderLayer(String x, int index, String open, int at) {
    String name = "encoder.encoders." + index;
    List<String> arguments = new ArrayList<>();
    arguments.add(x);
    arguments.addAll(encoderModules(name));
    arguments.add(list(name + ".norm_final"));
    arguments.add(String.valueOf(config.encoder().attentionHeads()));
    arguments.add(open);
    arguments.add(String.valueOf(at));
    arguments.addAll(rates());
    arguments.add("lean");
    return "(self).encoder_layer(" + String.join(", ", arguments) + ")";
  }

  /** The last arguments of every layer. */
  final List<String> rates() {
    return List.of(rate(settings.dropout()), rate(settings.attentionDropout()), "train");
  }

  /** Puts arguments of gates and of distillation into functions. */
  final String withArguments(String functions) {
    boolean distils = settings.distillation().isAny();
    return functions
        .replace(" TEACHER_TYPE", distils ? ", teacher: Tensor, teaching: Tensor" : "")
        .replace(" TEACHER_NAME", distils ? ", teacher, teaching" : "")
        .replace(" GATE_TYPES", gates.types())
        .replace(" GATE_NAMES", gates.names());
  }

  final String feedForward(String norm, String name) {
    return list(norm, name + ".w_1", name + ".w_2");
  }

  final String attention(String norm, String name) {
    return list(
        norm, name + ".linear_q", name + ".linear_k", name + ".linear_v", name + ".linear_out");
  }

  static String noParameters() {
    return "annotate(List[Tensor], [])";
  }

  /** Weights and biases of several layers. */
  final String list(String... names) {
    List<String> pairs = new ArrayList<>();
    for (String name : names) {
      pairs.add(pair(name));
    }
    return "[" + String.join(", ", pairs) + "]";
  }

  final String pair(String name) {
    return place(name + ".weight") + ", " + place(name + ".bias");
  }

  final String place(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("Cannot find parameter: " + name);
    }
    return "p[" + place + "]";
  }

  static String rate(double value) {
    return Double.toString(value);
  }
}
