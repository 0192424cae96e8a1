package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.conf.UsageException;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.GateSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A model in the memory of one device with all that it takes to transcribe. Everything native
 * belongs to the manager of its weights and is released with it. Safe for use by many threads.
 *
 * @param predictor decides about the model's modules, if it was trained with gates
 * @param fixed the only modules that the model has, if it was trained without the others
 */
public record LoadedOwsm(
    OwsmModel model,
    TokenTable tokens,
    Tokenizer tokenizer,
    Optional<GatePredictor> predictor,
    Optional<GateSet> fixed)
    implements LoadedModel {
  /** A model with all of its modules. */
  public LoadedOwsm(
      OwsmModel model, TokenTable tokens, Tokenizer tokenizer, Optional<GatePredictor> predictor) {
    this(model, tokens, tokenizer, predictor, Optional.empty());
  }

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

  /** The same model, known to have no other modules than these. */
  public LoadedOwsm withFixed(Optional<GateSet> gates) {
    return new LoadedOwsm(model, tokens, tokenizer, predictor, gates);
  }

  /** What decides about the modules of utterances. */
  GatePolicy policy(GateChoice choice) {
    return choice.of(fixed).policy(config(), predictor);
  }

  /** What the model's products compute in. */
  public Precision precision() {
    return model.kernels().precision();
  }

  @Override
  public OwsmConfig config() {
    return model.config();
  }

  @Override
  public OwsmTranscriber transcriber(Decoding decoding) {
    return new OwsmTranscriber(this, decoding);
  }

  @Override
  public NDArray encode(NDManager owner, NDArray samples) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray features = model.logMel().forward(scope, samples);
      NDArray frames = model.encoder().subsample(scope, features, CostMeter.NONE);
      FrameMask mask = FrameMask.none(scope);
      return model.encoder().forward(owner, frames, mask, ModuleGates.OPEN, CostMeter.NONE);
    }
  }

  @Override
  public int frames(int samples) {
    return model.encoder().outputFrames(model.logMel().frames(samples));
  }

  @Override
  public List<SpokenLanguage> identify(List<float[]> recordings) {
    return new LanguageIdentifier(model, tokens).identify(recordings);
  }

  /** Closes the manager of the weights, and with it all the rest. */
  @Override
  public void close() {
    model.manager().close();
  }
}
