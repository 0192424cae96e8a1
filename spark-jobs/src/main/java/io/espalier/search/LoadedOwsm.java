package io.espalier.search;

import io.espalier.conf.UsageException;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GatePredictor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A model in the memory of one device with all that it takes to transcribe. Everything native
 * belongs to the manager of its weights and is released with it. Safe for use by many threads.
 *
 * @param predictor decides about the model's modules, if it was trained with gates
 */
public record LoadedOwsm(
    OwsmModel model, TokenTable tokens, Tokenizer tokenizer, Optional<GatePredictor> predictor)
    implements AutoCloseable {
  /**
   * Puts a model together.
   *
   * @param weights every parameter, those of gate predictors too
   * @param bpeModel the SentencePiece model
   * @param gates shape of the gate predictors, if there are any
   * @param precision what the model's products compute in
   * @throws UsageException if the device cannot compute in that precision
   */
  public static LoadedOwsm of(
      OwsmConfig config,
      Weights weights,
      Path bpeModel,
      Optional<GateConfig> gates,
      Precision precision) {
    TokenTable tokens = new TokenTable(config.tokens());
    Tokenizer tokenizer = new Tokenizer(bpeModel, tokens);
    weights.manager().attachInternal(UUID.randomUUID().toString(), tokenizer);
    OwsmModel model = new OwsmModel(config, weights, Kernels.load(weights.manager(), precision));
    Optional<GatePredictor> predictor =
        gates.map(shape -> new GatePredictor(shape, config, weights));
    weights.releasePacked();
    return new LoadedOwsm(model, tokens, tokenizer, predictor);
  }

  /** What the model's products compute in. */
  public Precision precision() {
    return model.kernels().precision();
  }

  /** A transcriber for one thread. */
  public OwsmTranscriber transcriber(Decoding decoding) {
    return new OwsmTranscriber(this, decoding);
  }

  /** Closes the manager of the weights, and with it all the rest. */
  @Override
  public void close() {
    model.manager().close();
  }
}
