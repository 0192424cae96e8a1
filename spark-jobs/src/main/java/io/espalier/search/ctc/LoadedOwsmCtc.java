package io.espalier.search.ctc;

import io.espalier.conf.UsageException;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.Decoding;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * An OWSM-CTC in the memory of one device with all that it takes to transcribe. Everything native
 * belongs to the manager of its weights and is released with it. Safe for use by many threads.
 *
 * @param predictor decides about the model's modules, if it was trained with gates
 */
public record LoadedOwsmCtc(
    OwsmCtcModel model, TokenTable tokens, Tokenizer tokenizer, Optional<GatePredictor> predictor)
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
  public static LoadedOwsmCtc of(
      OwsmConfig config,
      Weights weights,
      Path bpeModel,
      Optional<GateConfig> gates,
      Precision precision) {
    TokenTable tokens = new TokenTable(config.tokens());
    Tokenizer tokenizer = new Tokenizer(bpeModel, tokens);
    weights.manager().attachInternal(UUID.randomUUID().toString(), tokenizer);
    OwsmCtcModel model =
        new OwsmCtcModel(config, weights, Kernels.load(weights.manager(), precision));
    Optional<GatePredictor> predictor =
        gates.map(shape -> new GatePredictor(shape, config, weights));
    weights.releasePacked();
    return new LoadedOwsmCtc(model, tokens, tokenizer, predictor);
  }

  /**
   * A transcriber for one thread.
   *
   * @throws UsageException if the decoding asks for what only an encoder-decoder can do
   */
  public CtcTranscriber transcriber(Decoding decoding) {
    return new CtcTranscriber(this, decoding);
  }

  /** Closes the manager of the weights, and with it all the rest. */
  @Override
  public void close() {
    model.manager().close();
  }
}
