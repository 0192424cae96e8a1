package io.espalier.search;

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
   */
  public static LoadedOwsm of(
      OwsmConfig config, Weights weights, Path bpeModel, Optional<GateConfig> gates) {
    TokenTable tokens = new TokenTable(config.tokens());
    Tokenizer tokenizer = new Tokenizer(bpeModel, tokens);
    weights.manager().attachInternal(UUID.randomUUID().toString(), tokenizer);
    return new LoadedOwsm(
        new OwsmModel(config, weights),
        tokens,
        tokenizer,
        gates.map(shape -> new GatePredictor(shape, config, weights)));
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
