package io.espalier.pruning;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The gate predictors as TorchScript, the same text for training and inference. A predictor pools
 * the frames over time (mean and standard deviation), joins them with the contexts and the target,
 * and gives two logits for each module through a hidden layer. The target reaches the logits beside
 * that layer too; it is centred and, like the logits, stretched, so that predictors that start in
 * the middle of nowhere follow it after some hundred steps.
 */
public final class GateScript {
  /** What a predictor is given besides its frames, in this order. */
  public static final String ARGUMENTS =
      "shares: Tensor, speaker: Tensor, event: Tensor, known: Tensor, ids: Tensor, targets: Tensor";

  private GateScript() {}

  /** Functions that all predictors share. */
  public static String functions() {
    try (InputStream in = GateScript.class.getResourceAsStream("gates.torchscript")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Statements that leave the encoder predictor's logits, (rows, modules, 2), in a variable.
   *
   * @param frames variable of what the encoder's blocks see, (rows, frames, width)
   * @param result variable to assign
   * @param parameter expression of a parameter by its name
   */
  public static String encoder(
      GateConfig config, String frames, String result, UnaryOperator<String> parameter) {
    return predictor(GateParameters.ENCODER, 0, config, frames, result, parameter);
  }

  /** The same for the decoder, whose predictor sees the encoder's output. */
  public static String decoder(
      GateConfig config, String frames, String result, UnaryOperator<String> parameter) {
    return predictor(GateParameters.DECODER, 1, config, frames, result, parameter);
  }

  private static String predictor(
      String name,
      int target,
      GateConfig config,
      String frames,
      String result,
      UnaryOperator<String> parameter) {
    List<String> parts = new ArrayList<>();
    String norm = name + ".pooled_norm";
    parts.add(
        "(self).pooled(%s, shares, %s, %s)"
            .formatted(frames, parameter.apply(norm + ".weight"), parameter.apply(norm + ".bias")));
    for (ContextKind kind : ContextKind.values()) {
      if (config.contexts().contains(kind)) {
        parts.add(context(name + "." + kind.key(), kind, parameter));
      }
    }
    return String.format(
        Locale.ROOT,
        "  %s = (self).logits(torch.cat([%s], -1), torch.narrow(targets, 1, %d, 1), %s, %s, %s,"
            + " %s)%n",
        result,
        String.join(", ", parts),
        target,
        parameter.apply(name + ".hidden.weight"),
        parameter.apply(name + ".hidden.bias"),
        parameter.apply(name + ".output.weight"),
        parameter.apply(name + ".output.bias"));
  }

  private static String context(String name, ContextKind kind, UnaryOperator<String> parameter) {
    String known = String.format(Locale.ROOT, "torch.select(known, 1, %d)", kind.place());
    List<String> arguments = new ArrayList<>();
    boolean isVector = kind == ContextKind.SPEAKER || kind == ContextKind.EVENT;
    if (isVector) {
      arguments.add(kind.key());
    } else {
      int column = kind.place() - ContextKind.LANGUAGE.place();
      arguments.add(String.format(Locale.ROOT, "torch.select(ids, 1, %d)", column));
    }
    arguments.add(known);
    arguments.add(parameter.apply(name + ".weight"));
    if (isVector) {
      arguments.add(parameter.apply(name + ".bias"));
    }
    arguments.add(parameter.apply(name + "_norm.weight"));
    arguments.add(parameter.apply(name + "_norm.bias"));
    arguments.add(parameter.apply(name + "_null"));
    return "(self).%s(%s)"
        .formatted(isVector ? "embedded" : "looked_up", String.join(", ", arguments));
  }
}
