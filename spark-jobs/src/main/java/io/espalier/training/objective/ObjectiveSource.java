package io.espalier.training.objective;

import ai.djl.Device;
import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the TorchScript of an encoder-decoder's training step: the calls from layer to layer, and
 * the losses.
 */
final class ObjectiveSource extends StepSource {
  private static final String FRAMES =
      "def frames(self: __torch__.Kern, p: List[Tensor], pe: Tensor, features: Tensor, train: bool)"
          + " -> Tensor:";
  private static final String ENCODE =
      "def encode(self: __torch__.Kern, p: List[Tensor], x0: Tensor, gates: Tensor, train: bool,"
          + " lean: bool) -> Tensor:";
  private static final String DECODE =
      "def decode(self: __torch__.Kern, p: List[Tensor], pe: Tensor, source: Tensor, tokens:"
          + " Tensor, gates: Tensor, train: bool, lean: bool) -> Tensor:";
  private static final String LOSSES =
      """
      def ctc(self: __torch__.Kern, p: List[Tensor], x: Tensor) -> Tensor:
        return torch.log_softmax((self).wide((self).linear(x, CTC_OUT)), -1)
      ENCODER_GATES
      def encoded(self: __torch__.Kern, p: List[Tensor], x0: Tensor GATE_TYPES, train: bool, lean: bool) -> Tuple[Tensor, Tensor]:
      ENCODED
      def decoder_gates(self: __torch__.Kern, p: List[Tensor], x: Tensor GATE_TYPES, train: bool) -> Tensor:
      DECODER_GATES
      def outputs(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor GATE_TYPES) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        p = (self).parameters(w, f)
        x0 = (self).frames(p, pe, features, False)
        x, ge, = (self).encoded(p, x0 GATE_NAMES, False, True)
        gd = (self).decoder_gates(p, x GATE_NAMES, False)
        return (x, (self).ctc(p, x), (self).decode(p, pe, x, tokens, gd, False, True), ge, gd)
      def step(self: __torch__.Kern, w: Tensor, f: Tensor, pe: Tensor, features: Tensor, tokens: Tensor, targets: Tensor, ctc_targets: Tensor, ctc_lengths: Tensor, ctc_weight: Tensor GATE_TYPES TEACHER_TYPE, train: bool) -> Tuple[Tensor, Tensor]:
        p = (self).parameters(w, f)
      LEAN
        x0 = (self).frames(p, pe, features, train)
        x, ge, = (self).encoded(p, x0 GATE_NAMES, train, lean)
        c = torch.sum((self).ctc_losses((self).ctc(p, x), ctc_targets, ctc_lengths))
        gd = (self).decoder_gates(p, x GATE_NAMES, train)
        y = (self).decode(p, pe, x, tokens, gd, train, lean)
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
  private final ObjectiveSettings settings;
  private final GateSource gates;

  ObjectiveSource(
      OwsmConfig config,
      ParameterLayout layout,
      ObjectiveSettings settings,
      GateSource gates,
      Device device) {
    super(config, layout, settings, gates, device);
    this.config = config;
    this.settings = settings;
    this.gates = gates;
  }

  @Override
  String write() {
    parameters();
    encode();
    decode();
    losses();
    return text();
  }

  private void encode() {
    line(FRAMES);
    subsample();
    String frames = "  return (self).drop((self).add_positions(s, pe), %s, train)";
    line(frames, rate(settings.dropout()));
    line(ENCODE);
    for (int i = 0; i < config.encoder().numBlocks(); i++) {
      line("  x%d = %s", i + 1, encoderLayer("x" + i, i, "gates", 4 * i));
    }
    line("  return %s", encoderOutput());
  }

  private String encoderOutput() {
    int layers = config.encoder().numBlocks();
    return String.format(Locale.ROOT, "(self).norm(x%d, %s)", layers, pair("encoder.after_norm"));
  }

  /** The encoder with its gates, which one predictor decides about, or each layer's own. */
  private String encoded() {
    String decide = "  g%1$d = (self).encoder_gates_%1$d(p, x%1$d GATE_NAMES, train)\n";
    int parts = gates.encoderParts(config);
    if (parts == 1) {
      return String.format(Locale.ROOT, decide, 0)
          + "  return ((self).encode(p, x0, g0, train, lean), g0)\n";
    }
    StringBuilder body = new StringBuilder();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      body.append(String.format(Locale.ROOT, decide, i));
      body.append(
          String.format(Locale.ROOT, "  x%d = %s%n", i + 1, encoderLayer("x" + i, i, "g" + i, 0)));
      all.add("g" + i);
    }
    return body
        + "  return (%s, torch.cat([%s], 0))\n".formatted(encoderOutput(), String.join(", ", all));
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
        "train",
        "lean)");
  }

  /** In training only, so that validations measure what decoding is about. */
  private String distillation() {
    return """
      if train and bool(torch.gt(teaching, 0.)):
        q = (self).parameters(teacher, f)
        y0 = (self).frames(q, pe, features, False)
        taught = torch.detach((self).encode(q, y0, torch.zeros([0]), False, False))
        distance = torch.mean(torch.square(torch.sub(x, taught)))
        loss = torch.add(loss, torch.mul(distance, teaching))
    """;
  }

  private void losses() {
    append(gates.functions());
    append(
        withArguments(
            LOSSES
                .replace("CTC_OUT", pair("ctc.ctc_lo"))
                .replace("SMOOTHING", rate(settings.labelSmoothing()))
                .replace("ENCODER_GATES\n", encoderGates())
                .replace("ENCODED\n", encoded())
                .replace("DECODER_GATES\n", gates.decoder(config, this::place))
                .replace("LEAN\n", gates.lean())
                .replace("RESULT\n", gates.result(config))
                .replace("DISTILLATION\n", settings.distillation().isAny() ? distillation() : "")));
  }
}
