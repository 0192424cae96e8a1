package io.espalier.training.encoder;

import io.espalier.context.SpeakerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes the TorchScript of an ECAPA-TDNN's training step: the network that {@link
 * io.espalier.context.EcapaEncoder} runs, with batch norms over the batch, and the additive angular
 * margin softmax (Deng et al., 2019).
 */
final class EcapaSource {
  private static final String FUNCTIONS =
      """
      def bn(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor, mean: Tensor, var: Tensor, stats: List[Tensor], train: bool) -> Tensor:
        if train:
          flat = torch.flatten(torch.transpose(torch.detach(x), 0, 1), 1)
          stats.append(torch.mean(flat, [1]))
          stats.append(torch.var(flat, [1], True))
          y = torch.batch_norm(x, w, b, None, None, True, 0.1, 1e-5, False)
        else:
          y = torch.batch_norm(x, w, b, mean, var, False, 0.1, 1e-5, False)
        return y
      def conv(self: __torch__.Kern, x: Tensor, w: Tensor, b: Tensor, dilation: int) -> Tensor:
        pad = torch.floordiv((torch.size(w, -1) - 1) * dilation, 2)
        return torch.conv1d(x, w, b, [1], [pad], [dilation], 1)
      def pool(self: __torch__.Kern, x: Tensor, a: Tensor) -> Tensor:
        m = torch.sum(torch.mul(a, x), [2])
        v = torch.sub(torch.sum(torch.mul(a, torch.square(x)), [2]), torch.square(m))
        return torch.cat([m, torch.sqrt(torch.clamp(v, 0.0001, 10000.))], 1)
      def beside(self: __torch__.Kern, x: Tensor) -> Tensor:
        m = torch.mean(x, [2], True)
        v = torch.mean(torch.square(torch.sub(x, m)), [2], True)
        d = torch.sqrt(torch.clamp(v, 0.0001, 10000.))
        return torch.cat([x, torch.expand_as(m, x), torch.expand_as(d, x)], 1)
      def unit(self: __torch__.Kern, x: Tensor) -> Tensor:
        return torch.div(x, torch.sqrt(torch.add(torch.sum(torch.square(x), [1], True), 1e-12)))
      """;
  private static final String STEP =
      """
      def step(self: __torch__.Kern, w: Tensor, r: Tensor, x: Tensor, labels: Tensor, margin: Tensor) -> Tuple[Tensor, Tensor]:
        p = (self).parameters(w)
        e, stats = (self).embed(w, r, x, True)
        c = torch.clamp(torch.matmul((self).unit(e), torch.transpose((self).unit(CENTRES), 0, 1)), -0.9999999, 0.9999999)
        at = torch.unsqueeze(labels, 1)
        own = torch.gather(c, 1, at)
        sine = torch.sqrt(torch.rsub(torch.square(own), 1.))
        moved = torch.sub(torch.mul(own, torch.cos(margin)), torch.mul(sine, torch.sin(margin)))
        logits = torch.mul(torch.scatter(c, 1, at, moved), SCALE)
        loss = torch.neg(torch.mean(torch.gather(torch.log_softmax(logits, 1), 1, at)))
        hits = torch.sum(torch.to(torch.eq(torch.argmax(c, 1), labels), 6))
        return (loss, torch.cat([torch.unsqueeze(torch.detach(hits), 0), stats], 0))
      def embedding(self: __torch__.Kern, w: Tensor, r: Tensor, x: Tensor) -> Tensor:
        e, stats = (self).embed(w, r, x, False)
        return e
      """;

  private final EncoderLayout layout;
  private final SpeakerConfig config;
  private final List<String> lines = new ArrayList<>();
  private int variables;

  private EcapaSource(EncoderLayout layout, SpeakerConfig config) {
    this.layout = layout;
    this.config = config;
  }

  /**
   * The source of all functions.
   *
   * @param scale that cosines are multiplied with
   */
  public static String of(EncoderLayout layout, SpeakerConfig config, double scale) {
    EcapaSource source = new EcapaSource(layout, config);
    source.vector("parameters", layout.parameters());
    source.vector("running", layout.statistics());
    source.network();
    return FUNCTIONS
        + String.join("\n", source.lines)
        + "\n"
        + STEP.replace("CENTRES", source.parameter("loss.weight"))
            .replace("SCALE", Double.toString(scale));
  }

  private void line(String format, Object... arguments) {
    lines.add(String.format(Locale.ROOT, format, arguments));
  }

  private void vector(String name, List<EncoderLayout.Slot> slots) {
    line("def %s(self: __torch__.Kern, w: Tensor) -> List[Tensor]:", name);
    List<String> sizes = slots.stream().map(slot -> String.valueOf(slot.shape().size())).toList();
    line("  t = torch.split_with_sizes(w, [%s])", String.join(", ", sizes));
    line("  p = annotate(List[Tensor], [])");
    for (int i = 0; i < slots.size(); i++) {
      line(
          "  p.append(torch.view(t[%d], %s))", i, Arrays.toString(slots.get(i).shape().getShape()));
    }
    line("  return p");
  }

  private void network() {
    line(
        "def embed(self: __torch__.Kern, w: Tensor, r: Tensor, x: Tensor, train: bool) ->"
            + " Tuple[Tensor, Tensor]:");
    line("  p = (self).parameters(w)");
    line("  q = (self).running(r)");
    line("  stats = annotate(List[Tensor], [])");
    String sum = norm(relu(conv("x", "encoder.conv", 1)), "encoder.bn");
    List<String> outputs = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      String y = block(sum, "encoder.layer" + i, i + 1);
      outputs.add(y);
      sum = assign("torch.add(%s, %s)", sum, y);
    }
    String joined = assign("torch.cat([%s], 1)", String.join(", ", outputs));
    String frames = relu(conv(joined, "encoder.layer4", 1));
    String beside = assign("(self).beside(%s)", frames);
    String hidden = norm(relu(conv(beside, "pooling.attention.0", 1)), "pooling.attention.2");
    String weights = assign("torch.softmax(%s, 2)", conv(hidden, "pooling.attention.3", 1));
    String pooled = norm(assign("(self).pool(%s, %s)", frames, weights), "projector.bn");
    String e =
        assign(
            "torch.linear(%s, %s, %s)",
            pooled, parameter("projector.fc.weight"), parameter("projector.fc.bias"));
    line("  if train:");
    line("    s = torch.cat(stats, 0)");
    line("  else:");
    line("    s = r");
    line("  return (%s, s)", e);
  }

  private String block(String x, String name, int dilation) {
    int part = config.partWidth();
    String wide = norm(relu(conv(x, name + ".conv1", 1)), name + ".bn1");
    List<String> parts = new ArrayList<>();
    String before = part(wide, 0, part);
    for (int k = 0; k < config.scale() - 1; k++) {
      String y = norm(relu(conv(before, name + ".convs." + k, dilation)), name + ".bns." + k);
      parts.add(y);
      before = assign("torch.add(%s, %s)", y, part(wide, k + 1, part));
    }
    parts.add(part(wide, config.scale() - 1, part));
    String all = assign("torch.cat([%s], 1)", String.join(", ", parts));
    String o = norm(relu(conv(all, name + ".conv3", 1)), name + ".bn3");
    String mean = assign("torch.mean(%s, [2], True)", o);
    String squeezed = norm(relu(conv(mean, name + ".se.se.1", 1)), name + ".se.se.3");
    String gate = assign("torch.sigmoid(%s)", conv(squeezed, name + ".se.se.4", 1));
    return assign("torch.add(torch.mul(%s, %s), %s)", o, gate, x);
  }

  private String part(String x, int index, int width) {
    return assign("torch.narrow(%s, 1, %d, %d)", x, index * width, width);
  }

  private String conv(String x, String name, int dilation) {
    return assign(
        "(self).conv(%s, %s, %s, %d)",
        x, parameter(name + ".weight"), parameter(name + ".bias"), dilation);
  }

  private String relu(String x) {
    return assign("torch.relu(%s)", x);
  }

  private String norm(String x, String name) {
    return assign(
        "(self).bn(%s, %s, %s, %s, %s, stats, train)",
        x,
        parameter(name + ".weight"),
        parameter(name + ".bias"),
        "q[" + layout.statistic(name + ".running_mean") + "]",
        "q[" + layout.statistic(name + ".running_var") + "]");
  }

  private String parameter(String name) {
    return "p[" + layout.parameter(name) + "]";
  }

  private String assign(String format, Object... arguments) {
    String variable = "v" + variables++;
    line("  %s = %s", variable, String.format(Locale.ROOT, format, arguments));
    return variable;
  }
}
