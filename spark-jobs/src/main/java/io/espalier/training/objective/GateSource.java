package io.espalier.training.objective;

import ai.djl.ndarray.NDManager;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GateParameters;
import io.espalier.pruning.GateScript;
import io.espalier.pruning.GateSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The gates' part of the training step's source: of predictors, of fixed gates, or of none. */
public sealed interface GateSource {
  /** Functions that the parts below call. */
  default String functions() {
    return "";
  }

  /** Number of parts that the encoder's gates are decided in: one, or one for each layer. */
  default int encoderParts(OwsmConfig model) {
    return 1;
  }

  /**
   * Statements that return gates of the encoder, (modules, rows).
   *
   * @param part of all modules, decided from {@code x}: the frames that the first layer of the part
   *     sees
   */
  String encoder(OwsmConfig model, int part, UnaryOperator<String> parameter);

  /** The same for all of the decoder, from the encoder's output {@code x}. */
  String decoder(OwsmConfig model, UnaryOperator<String> parameter);

  /**
   * Statements that say, as {@code lean}, whether a module that is closed for the whole batch is
   * left out. It then gets no gradient, and neither do the logits of its gates from the task's
   * loss.
   */
  default String lean() {
    return "  lean = True\n";
  }

  /** Arguments with their types, each behind a comma. */
  String types();

  /** The same arguments by name. */
  default String names() {
    return types().replaceAll(": Tensor", "");
  }

  /** Statements that return the loss and the facts. */
  default String result(OwsmConfig model) {
    return "  return (loss, facts)\n";
  }

  /** What is given for the arguments. */
  GateTensors tensors(NDManager manager, OwsmConfig config);

  /** Every module is open. */
  record Open() implements GateSource {
    @Override
    public String encoder(OwsmConfig model, int part, UnaryOperator<String> parameter) {
      return "  return torch.zeros([0])\n";
    }

    @Override
    public String decoder(OwsmConfig model, UnaryOperator<String> parameter) {
      return encoder(model, 0, parameter);
    }

    @Override
    public String types() {
      return "";
    }

    @Override
    public GateTensors tensors(NDManager manager, OwsmConfig config) {
      return GateTensors.none();
    }
  }

  /**
   * The same gates for every utterance of a batch.
   *
   * @param gates asked for anew at each step
   */
  record Fixed(Supplier<GateSet> gates) implements GateSource {
    @Override
    public String encoder(OwsmConfig model, int part, UnaryOperator<String> parameter) {
      return "  return fixed_encoder\n";
    }

    @Override
    public String decoder(OwsmConfig model, UnaryOperator<String> parameter) {
      return "  return fixed_decoder\n";
    }

    @Override
    public String types() {
      return ", fixed_encoder: Tensor, fixed_decoder: Tensor";
    }

    @Override
    public GateTensors tensors(NDManager manager, OwsmConfig config) {
      return GateTensors.fixed(gates, config);
    }
  }

  /**
   * Gates that predictors decide about: sampled in training, the likelier choice otherwise and in
   * the last steps. The sparsity loss is {@code weight * (|open - asked| + (open - asked)^2)} for
   * the encoder and for the decoder, if there is one; {@code open} is the mean openness of the
   * batch.
   */
  record Learned(GateConfig config, GateSettings.Learned settings) implements GateSource {
    /** The sparsity loss moves the predictors only, not what the frames are made by. */
    private static final String FRAMES = "torch.detach(x)";

    private static final String CHOICE =
        """
          if train:
            g = (self).sampled(l, temperature, noise_of_gates)
          else:
            g = (self).chosen(l)
          return g
        """;
    private static final String RESULT =
        """
          oe = torch.mean(ge, [1])
          od = torch.mean(gd, [1])
          asked_open = torch.rsub(torch.mean(targets_of_gates, [0]), 1.)
          de = torch.sub(torch.sum(torch.mul(oe, encoder_costs)), torch.select(asked_open, 0, 0))
          dd = torch.sub(torch.sum(torch.mul(od, decoder_costs)), torch.select(asked_open, 0, 1))
          off = torch.add(torch.add(torch.abs(de), torch.square(de)), torch.add(torch.abs(dd), torch.square(dd)))
          open = torch.detach(torch.cat([oe, od], 0))
          return (torch.add(loss, torch.mul(off, sparsity_weight)), torch.cat([facts, open], 0))
        """;

    private static final String RESULT_WITHOUT_DECODER =
        """
          oe = torch.mean(ge, [1])
          asked_open = torch.rsub(torch.mean(targets_of_gates, [0]), 1.)
          de = torch.sub(torch.sum(torch.mul(oe, encoder_costs)), torch.select(asked_open, 0, 0))
          off = torch.add(torch.abs(de), torch.square(de))
          return (torch.add(loss, torch.mul(off, sparsity_weight)), torch.cat([facts, torch.detach(oe)], 0))
        """;

    @Override
    public String functions() {
      return GateScript.functions();
    }

    @Override
    public int encoderParts(OwsmConfig model) {
      return GateScript.encoderPredictors(config, model);
    }

    @Override
    public String encoder(OwsmConfig model, int part, UnaryOperator<String> parameter) {
      return "  targets = targets_of_gates\n"
          + GateScript.encoder(config, model, part, FRAMES, "l", parameter)
          + CHOICE;
    }

    @Override
    public String decoder(OwsmConfig model, UnaryOperator<String> parameter) {
      return "  targets = targets_of_gates\n"
          + GateScript.decoder(config, model, FRAMES, "l", parameter)
          + CHOICE;
    }

    /** A closed module is computed as long as gates are drawn: it may be worth to be open. */
    @Override
    public String lean() {
      return """
        if train:
          lean = bool(torch.eq(noise_of_gates, 0.))
        else:
          lean = True
      """;
    }

    @Override
    public String types() {
      return ", "
          + GateScript.ARGUMENTS.replace("targets:", "targets_of_gates:")
          + ", temperature: Tensor, noise_of_gates: Tensor, sparsity_weight: Tensor, encoder_costs:"
          + " Tensor, decoder_costs: Tensor";
    }

    @Override
    public String result(OwsmConfig model) {
      return GateParameters.decoderModules(model) > 0 ? RESULT : RESULT_WITHOUT_DECODER;
    }

    @Override
    public GateTensors tensors(NDManager manager, OwsmConfig model) {
      return GateTensors.learned(manager, settings, model);
    }
  }
}
