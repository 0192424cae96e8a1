package io.espalier.training.objective;

import ai.djl.Device;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the TorchScript of an OWSM-CTC's training step: the prompt encoder, the encoder with
 * attention to the prompt and self-conditioning, and the CTC losses of ESPnet's {@code
 * ESPnetS2TCTCModel}. Layers that an encoder-decoder lacks are in the resource {@code
 * ctc.torchscript}.
 */
final class CtcObjectiveSource extends StepSource {
  private static final String PROMPT =
      "def prompt(self: __torch__.Kern, p: List[Tensor], pe: Tensor, previous: Tensor, train: bool)"
          + " -> Tuple[Tensor, Tensor]:";
  private static final String FRAMES =
      "def frames(self: __torch__.Kern, p: List[Tensor], pe: Tensor, features: Tensor, tokens:"
          + " Tensor, train: bool) -> Tensor:";
  private static final String ENCODE =
      "def encode(self: __torch__.Kern, p: List[Tensor], x0: Tensor, memory: Tensor, keys: Tensor,"
          + " gates: Tensor, train: bool, lean: bool) -> Tuple[Tensor, List[Tensor]]:";
  private static final String STEP =
      """
      ENCODER_GATES
      def encoded(self: __torch__.Kern, p: List[Tensor], x0: Tensor, memory: Tensor, keys: Tensor GATE_TYPES, train: bool, lean: bool) -> Tuple[Tensor, List[Tensor], Tensor]:
      ENCODED
      def outputs(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, prompt_pe: Tensor, features: Tensor, tokens: Tensor, previous: Tensor GATE_TYPES) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        p = (self).parameters(w, f)
        memory, keys, = (self).prompt(p, prompt_pe, previous, False)
        x0 = (self).frames(p, pe, features, tokens, False)
        x, z, ge, = (self).encoded(p, x0, memory, keys GATE_NAMES, False, True)
        return (x, (self).ctc(p, x), INTERMEDIATE_OUTPUTS, ge)
      def step(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, prompt_pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, previous: Tensor GATE_TYPES TEACHER_TYPE, train: bool) -> Tuple[Tensor, Tensor]:
        p = (self).parameters(w, f)
      LEAN
        memory, keys, = (self).prompt(p, prompt_pe, previous, train)
        x0 = (self).frames(p, pe, features, tokens, train)
        x, z, ge, = (self).encoded(p, x0, memory, keys GATE_NAMES, train, lean)
        lengths = torch.sum(torch.to(torch.ge(targets, 0), 4), [1])
        text = torch.clamp(targets, 0)
        c = FINAL_LOSS
      INTERMEDIATE_LOSSES
      DISTILLATION
        facts = torch.mul(torch.detach(torch.stack([c, i])), torch.size(features, 0))
      RESULT
      def train(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, prompt_pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, previous: Tensor GATE_TYPES TEACHER_TYPE) -> Tuple[Tensor, Tensor]:
        return (self).step(w, f, pe, prompt_pe, features, tokens, targets, ctc_targets, ctc_lengths, previous GATE_NAMES TEACHER_NAME, True)
      def evaluate(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, prompt_pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, previous: Tensor GATE_TYPES TEACHER_TYPE) -> Tuple[Tensor, Tensor]:
        return (self).step(w, f, pe, prompt_pe, features, tokens, targets, ctc_targets, ctc_lengths, previous GATE_NAMES TEACHER_NAME, False)
      """;

  private final OwsmConfig config;
  private final OwsmConfig.CtcOnly shape;
  private final ObjectiveSettings settings;
  private final GateSource gates;

  CtcObjectiveSource(
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      GateSource gates,
      Device device) {
    super(config, layout, settings, gates, device);
    this.config = config;
    this.shape = config.ctcOnly().orElseThrow();
    this.settings = settings;
    this.gates = gates;
  }

  @Override
  String write() {
    append(resource("ctc.torchscript"));
    parameters();
    prompt();
    frames();
    line("def ctc(self: __torch__.Kern, p: List[Tensor], x: Tensor) -> Tensor:");
    line("  return torch.log_softmax((self).wide((self).linear(x, %s)), -1)", pair("ctc.ctc_lo"));
    line(ENCODE);
    append(encoder(false));
    append(gates.functions());
    append(
        withArguments(
            STEP.replace("ENCODER_GATES\n", encoderGates())
                .replace("ENCODED\n", encoded())
                .replace("INTERMEDIATE_OUTPUTS", intermediateOutputs())
                .replace("FINAL_LOSS", loss("(self).ctc(p, x)", training().layers().size()))
                .replace("INTERMEDIATE_LOSSES\n", intermediateLosses())
                .replace("DISTILLATION\n", settings.distillation().isAny() ? distillation() : "")
                .replace("LEAN\n", gates.lean())
                .replace("RESULT\n", gates.result(config))));
    return text();
  }

  private OwsmConfig.CtcTraining training() {
    return shape.training();
  }

  /** Previous texts, -1 behind them, to what the encoder attends to, and which of it is real. */
  private void prompt() {
    line(PROMPT);
    line("  known = torch.ge(previous, 0)");
    line("  keys = torch.unsqueeze(torch.unsqueeze(known, 1), 1)");
    line("  e = torch.embedding(%s, torch.clamp(previous, 0))", place("embed.weight"));
    line("  x0 = (self).add_positions(e, pe)");
    for (int i = 0; i < shape.promptBlocks(); i++) {
      String name = "prompt_encoder.encoders." + i;
      List<String> arguments = new ArrayList<>();
      arguments.add("x" + i);
      arguments.add("keys");
      arguments.add(attention(name + ".norm1", name + ".self_attn"));
      arguments.add(feedForward(name + ".norm2", name + ".feed_forward"));
      arguments.add(String.valueOf(shape.promptHeads()));
      arguments.addAll(rates());
      line("  x%d = (self).prompt_layer(%s)", i + 1, String.join(", ", arguments));
    }
    line("  y = (self).norm(x%d, %s)", shape.promptBlocks(), pair("prompt_encoder.after_norm"));
    line("  return (%s, keys)", projected("y", "prompt_proj"));
  }

  /** Features behind the vectors of language and task, with positions. */
  private void frames() {
    line(FRAMES);
    subsample();
    line("  e = torch.embedding(%s, tokens)", place("embed.weight"));
    line("  all = torch.cat([%s, s], 1)", projected("e", "embed_proj"));
    line(
        "  return (self).drop((self).add_positions(all, pe), %s, train)", rate(settings.dropout()));
  }

  /** Nothing is projected where both widths are one. */
  private String projected(String x, String name) {
    return shape.promptSize() == config.encoder().size()
        ? x
        : "(self).wide((self).linear(%s, %s))".formatted(x, pair(name));
  }

  /**
   * The encoder's layers, and what it returns.
   *
   * @param decides whether each layer's gates are decided in front of it; {@code gates} has all
   *     otherwise
   */
  private String encoder(boolean decides) {
    StringBuilder body = new StringBuilder();
    String x = "x0";
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < config.encoder().numBlocks(); i++) {
      if (decides) {
        add(body, "g%1$d = (self).encoder_gates_%1$d(p, %2$s GATE_NAMES, train)", i, x);
      }
      add(body, "x%d = %s", i + 1, layer(x, i, decides));
      x = "x" + (i + 1);
      boolean conditions = shape.conditioned().contains(i);
      if (conditions || training().layers().contains(i)) {
        add(body, "z%d = (self).ctc(p, %s)", i, x);
      }
      if (training().layers().contains(i)) {
        outputs.add("z" + i);
      }
      if (conditions) {
        String layer = pair("encoder.conditioning_layer");
        add(body, "c%d = (self).conditioned(%s, z%d, %s)", i, x, i, layer);
        x = "c" + i;
      }
    }
    String norm = "(self).norm(%s, %s)".formatted(x, pair("encoder.after_norm"));
    String all = outputs.isEmpty() ? noParameters() : "[%s]".formatted(String.join(", ", outputs));
    add(body, "return (%s, %s%s)", norm, all, decides ? ", " + allGates() : "");
    return body.toString();
  }

  private static void add(StringBuilder body, String statement, Object... arguments) {
    body.append("  ").append(String.format(Locale.ROOT, statement, arguments)).append('\n');
  }

  private String layer(String x, int index, boolean decides) {
    String open = decides ? "g" + index : "gates";
    int at = decides ? 0 : EncoderModule.COUNT * index;
    int cross = shape.crossAttention().indexOf(index);
    if (cross < 0) {
      return encoderLayer(x, index, open, at);
    }
    String name = "encoder.encoders." + index;
    List<String> arguments = new ArrayList<>();
    arguments.add(x);
    arguments.addAll(encoderModules(name));
    arguments.add(attention(name + ".norm_cross_attn", name + ".cross_attn"));
    arguments.add("memory");
    arguments.add("keys");
    arguments.add(list(name + ".norm_final"));
    arguments.add(String.valueOf(config.encoder().attentionHeads()));
    arguments.add(open);
    arguments.add(String.valueOf(at));
    int crossAt = decides ? EncoderModule.COUNT : GateParameters.regularModules(config) + cross;
    arguments.add(String.valueOf(crossAt));
    arguments.addAll(rates());
    arguments.add("lean");
    return "(self).prompted_layer(" + String.join(", ", arguments) + ")";
  }

  /** What the layers' predictors decided, in the order of one predictor's gates. */
  private String allGates() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < config.encoder().numBlocks(); i++) {
      all.add(String.format(Locale.ROOT, "torch.narrow(g%d, 0, 0, %d)", i, EncoderModule.COUNT));
    }
    for (int i : shape.crossAttention()) {
      all.add(String.format(Locale.ROOT, "torch.narrow(g%d, 0, %d, 1)", i, EncoderModule.COUNT));
    }
    return "torch.cat([%s], 0)".formatted(String.join(", ", all));
  }

  private String encoded() {
    return gates.encoderParts(config) == 1
        ? """
          g0 = (self).encoder_gates_0(p, x0 GATE_NAMES, train)
          x, z, = (self).encode(p, x0, memory, keys, g0, train, lean)
          return (x, z, g0)
        """
        : encoder(true);
  }

  private String intermediateOutputs() {
    return training().layers().isEmpty() ? "torch.zeros([0])" : "torch.stack(z)";
  }

  /**
   * The mean CTC loss over those utterances that have the target.
   *
   * @param place of the CTC output among those of the training
   */
  private String loss(String logProbs, int place) {
    String targets =
        training().transcripts().get(place) ? "ctc_targets, ctc_lengths" : "text, lengths";
    return "(self).mean_ctc(%s, %s)".formatted(logProbs, targets);
  }

  private String intermediateLosses() {
    int count = training().layers().size();
    StringBuilder body = new StringBuilder();
    if (count == 0) {
      add(body, "i = torch.zeros_like(c)");
      add(body, "loss = c");
      return body.toString();
    }
    List<String> losses = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      losses.add(loss("z[%s]".formatted(k), k));
    }
    double weight = settings.interCtcWeight().orElseThrow();
    add(body, "i = torch.mean(torch.stack([%s]))", String.join(", ", losses));
    add(
        body,
        "loss = torch.add(torch.mul(c, %s), torch.mul(i, %s))",
        rate(1 - weight),
        rate(weight));
    return body.toString();
  }

  /** In training only, so that validations measure what decoding is about. */
  private String distillation() {
    return """
      if train and bool(torch.gt(teaching, 0.)):
        q = (self).parameters(teacher, f)
        m0, k0, = (self).prompt(q, prompt_pe, previous, False)
        y0 = (self).frames(q, pe, features, tokens, False)
        taught, z0, = (self).encode(q, y0, m0, k0, torch.zeros([0]), False, False)
        distance = torch.mean(torch.square(torch.sub(x, torch.detach(taught))))
        loss = torch.add(loss, torch.mul(distance, teaching))
    """;
  }
}
