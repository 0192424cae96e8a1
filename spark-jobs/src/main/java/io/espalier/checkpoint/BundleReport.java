package io.espalier.checkpoint;

import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A bundle's model card as lines of text. */
final class BundleReport {
  private final StringBuilder text = new StringBuilder();

  private BundleReport() {}

  static String of(Bundle bundle, BundleManifest manifest) {
    BundleReport report = new BundleReport();
    OwsmConfig config = bundle.config();
    Map<String, Object> card = bundle.card();
    report.line("name", card.get("name"));
    report.line("kind", manifest.kind());
    report.line(
        "parameters", card.get("parameters") instanceof Number n ? grouped(n.longValue()) : "?");
    report.line("stored as", card.get("dtype"));
    long bytes = manifest.files().values().stream().mapToLong(file -> file.size()).sum();
    report.line(
        "files",
        String.format(Locale.ROOT, "%d, %s bytes", manifest.files().size(), grouped(bytes)));
    report.network(config);
    bundle
        .fixedGates()
        .ifPresent(gates -> report.line("modules", "only those of gates " + gates.text()));
    report.vocabulary(config);
    report.line("created by", card.get("created_by"));
    report.line("fingerprint", bundle.fingerprint());
    return report.text.toString();
  }

  private void network(OwsmConfig config) {
    OwsmConfig.Frontend frontend = config.frontend();
    line(
        "audio",
        String.format(
            Locale.ROOT,
            "%d Hz, %d mels every %s ms, windows of %s s",
            frontend.sampleRate(),
            frontend.nMels(),
            number(1000.0 * frontend.hopLength() / frontend.sampleRate()),
            number(config.speechLengthS())));
    OwsmConfig.Encoder encoder = config.encoder();
    line(
        "encoder",
        String.format(
            Locale.ROOT,
            "E-Branchformer, %d layers, width %d, %d heads, feed-forward %d, cgMLP %d, %s",
            encoder.numBlocks(),
            encoder.size(),
            encoder.attentionHeads(),
            encoder.linearUnits(),
            encoder.cgmlpLinearUnits(),
            encoder.inputLayer().name().toLowerCase(Locale.ROOT)));
    if (config.ctcOnly().isPresent()) {
      ctcOnly(config.ctcOnly().get());
      return;
    }
    OwsmConfig.Decoder decoder = config.decoder();
    line(
        "decoder",
        String.format(
            Locale.ROOT,
            "Transformer, %d layers, width %d, %d heads, feed-forward %d",
            decoder.numBlocks(),
            encoder.size(),
            decoder.attentionHeads(),
            decoder.linearUnits()));
  }

  private void ctcOnly(OwsmConfig.CtcOnly shape) {
    line(
        "prompt",
        String.format(
            Locale.ROOT,
            "Transformer, %d layers, width %d, %d heads, feed-forward %d",
            shape.promptBlocks(),
            shape.promptSize(),
            shape.promptHeads(),
            shape.promptLinearUnits()));
    line("", "cross attention in encoder layers " + layers(shape.crossAttention()));
    line("decoder", "none; CTC, fed back behind encoder layers " + layers(shape.conditioned()));
  }

  /** Numbered from 1, as in ESPnet. */
  private static String layers(List<Integer> layers) {
    return layers.isEmpty()
        ? "none"
        : layers.stream().map(layer -> String.valueOf(layer + 1)).collect(Collectors.joining(" "));
  }

  private void vocabulary(OwsmConfig config) {
    TokenTable tokens = new TokenTable(config.tokens());
    List<String> languages = tokens.languages().stream().map(tokens::languageCode).toList();
    line("tokens", grouped(tokens.size()));
    line("languages", list(languages));
    line("tasks", list(tokens.tasks()));
  }

  private void line(String name, Object value) {
    String[] lines = String.valueOf(value).split("\n");
    text.append(String.format(Locale.ROOT, "%-12s %s%n", name, lines[0]));
    Arrays.stream(lines)
        .skip(1)
        .forEach(line -> text.append(String.format(Locale.ROOT, "%-12s %s%n", "", line)));
  }

  /** The number of names and the names, wrapped for a terminal. */
  private static String list(List<String> names) {
    StringBuilder lines = new StringBuilder(names.size() + ":");
    int column = lines.length();
    for (String name : names) {
      if (column + 1 + name.length() > 85) {
        lines.append("\n ");
        column = 1;
      }
      lines.append(' ').append(name);
      column += 1 + name.length();
    }
    return lines.toString();
  }

  private static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }
}
