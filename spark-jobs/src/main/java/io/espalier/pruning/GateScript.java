package io.espalier.pruning;

import io.espalier.owsm.OwsmConfig;
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
 * the frames over time (mean and standard deviation, of all frames alike or weighted by attention),
 * joins them with the contexts and the target, and gives two logits for each module through a
 * hidden layer. The target reaches the logits beside that layer too; it is centred and, like the
 * logits, stretched, so that predictors that start in the middle of nowhere follow it after some
 * hundred steps.
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

  /** Number of predictors that the encoder has: one for all of its layers, or one for each. */
  public static int encoderPredictors(GateConfig config, OwsmConfig model) {
    return GateParameters.encoderPredictors(config, model).size();
  }

  /**
   * Statements that leave an encoder predictor's logits, (rows, modules, 2), in a variable.
   *
   * @param index of the predictor, and of its layer if there is one for each
   * @param frames variable of what it sees, (rows, frames, width): the input of the encoder's
   *     blocks, or of its layer
   * @param result variable to assign
   * @param parameter expression of a parameter by its name
   */
  public static String encoder(
      GateConfig config,
      OwsmConfig model,
      int index,
      String frames,
      String result,
      UnaryOperator<String> parameter) {
    String name = GateParameters.encoderPredictors(config, model).get(index);
    return assign(result, logits(name, 0, config, frames, parameter));
  }

  /**
   * The same for the decoder, whose predictors see the encoder's output: layers run token by token,
   * and an utterance has one set of gates.
   */
  public static String decoder(
      GateConfig config,
      OwsmConfig model,
      String frames,
      String result,
      UnaryOperator<String> parameter) {
    List<String> logits =
        GateParameters.decoderPredictors(config, model).stream()
            .map(name -> logits(name, 1, config, frames, parameter))
            .toList();
    return assign(
        result,
        logits.size() == 1
            ? logits.get(0)
            : "torch.cat([%s], 1)".formatted(String.join(", ", logits)));
  }

  private static String assign(String variable, String expression) {
    return "  " + variable + " = " + expression + "\n";
  }

  private static String logits(
      String name, int target, GateConfig config, String frames, UnaryOperator<String> parameter) {
    List<String> parts = new ArrayList<>();
    parts.add(pooled(name, config, frames, parameter));
    for (ContextKind kind : ContextKind.values()) {
      if (config.contexts().contains(kind)) {
        parts.add(context(name + "." + kind.key(), kind, parameter));
      }
    }
    return String.format(
        Locale.ROOT,
        "(self).logits(torch.cat([%s], -1), torch.narrow(targets, 1, %d, 1), %s, %s, %s, %s)",
        String.join(", ", parts),
        target,
        parameter.apply(name + ".hidden.weight"),
        parameter.apply(name + ".hidden.bias"),
        parameter.apply(name + ".output.weight"),
        parameter.apply(name + ".output.bias"));
  }

  private static String pooled(
      String name, GateConfig config, String frames, UnaryOperator<String> parameter) {
    List<String> own = new ArrayList<>();
    String function = "pooled";
    if (config.view().pooling() == FrameView.Pooling.ATTENTIVE) {
      function = "attended";
      own.add(parameter.apply(name + ".pooling_hidden.weight"));
      own.add(parameter.apply(name + ".pooling_hidden.bias"));
      own.add(parameter.apply(name + ".pooling_scores.weight"));
    }
    own.add(parameter.apply(name + ".pooled_norm.weight"));
    own.add(parameter.apply(name + ".pooled_norm.bias"));
    return "(self).%s(%s, shares, %s)".formatted(function, frames, String.join(", ", own));
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
