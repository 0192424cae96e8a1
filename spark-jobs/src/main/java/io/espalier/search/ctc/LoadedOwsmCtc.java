package io.espalier.search.ctc;

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
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.ctc.CrossGates;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.GateSet;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedModel;
import io.espalier.search.SpokenLanguage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An OWSM-CTC in the memory of one device with all that it takes to transcribe. Everything native
 * belongs to the manager of its weights and is released with it. Safe for use by many threads.
 *
 * @param predictor decides about the model's modules, if it was trained with gates
 * @param fixed the only modules that the model has, if it was trained without the others
 */
public record LoadedOwsmCtc(
    OwsmCtcModel model,
    TokenTable tokens,
    Tokenizer tokenizer,
    Optional<GatePredictor> predictor,
    Optional<GateSet> fixed)
    implements LoadedModel {
  /** The task whose text is what was said. */
  private static final String SPOKEN_TASK = "asr";

  /** A model with all of its modules. */
  public LoadedOwsmCtc(
      OwsmCtcModel model,
      TokenTable tokens,
      Tokenizer tokenizer,
      Optional<GatePredictor> predictor) {
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

  /** The same model, known to have no other modules than these. */
  public LoadedOwsmCtc withFixed(Optional<GateSet> gates) {
    return new LoadedOwsmCtc(model, tokens, tokenizer, predictor, gates);
  }

  /** What decides about the modules of utterances. */
  GatePolicy policy(GateChoice choice) {
    return choice.of(fixed).policy(config(), predictor);
  }

  @Override
  public OwsmConfig config() {
    return model.config();
  }

  @Override
  public CtcTranscriber transcriber(Decoding decoding) {
    return new CtcTranscriber(this, decoding);
  }

  /** With the language left open. */
  @Override
  public NDArray encode(NDManager owner, NDArray samples) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray encoded = encode(scope, model.logMel().forward(scope, samples), CostMeter.NONE);
      encoded.attach(owner);
      return encoded;
    }
  }

  /** Features to encoder output; the prompt names no language. */
  NDArray encode(NDManager manager, NDArray features, CostMeter meter) {
    CtcPrompt prompt = CtcPrompt.of(tokens, -1, tokens.task(SPOKEN_TASK).orElseThrow(), null);
    int[] lengths = new int[(int) features.getShape().get(0)];
    Arrays.fill(lengths, (int) features.getShape().get(1));
    List<CtcPrompt> prompts = Collections.nCopies(lengths.length, prompt);
    NDArray frames = model.subsample(manager, features, lengths, prompts, meter);
    FrameMask mask = FrameMask.none(manager);
    return model.encode(manager, frames, mask, prompts, ModuleGates.OPEN, CrossGates.OPEN, meter);
  }

  /** Those of language and task among them. */
  @Override
  public int frames(int samples) {
    return model.outputFrames(model.logMel().frames(samples));
  }

  @Override
  public List<SpokenLanguage> identify(List<float[]> recordings) {
    return new CtcLanguages(this).of(recordings);
  }

  /** Closes the manager of the weights, and with it all the rest. */
  @Override
  public void close() {
    model.manager().close();
  }
}
