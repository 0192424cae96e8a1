package io.espalier.training;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.Outcome;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.training.data.Spoken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** WER and BLEU of parameters in training, through the decoder that users run, greedily. */
final class DecodedValidation {
  private static final int WINDOWS_AT_ONCE = 8;

  /** Beam 1, and no endless repetitions while the model knows little. */
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0, 0.6, 0, 0, false, false, false, 29.0, 0.2);

  private final OwsmConfig config;
  private final Optional<GateConfig> gates;
  private final GateChoice gateChoice;
  private final TokenTable tokens;
  private final Tokenizer tokenizer;
  private final List<Spoken> utterances;
  private final Scorer scorer;

  /** Rates over the utterances of each kind; NaN where there is none. */
  record Scores(double wer, double bleu) {}

  DecodedValidation(
      TrainingModel model,
      TokenTable tokens,
      Tokenizer tokenizer,
      List<Spoken> utterances,
      Scorer scorer,
      GateChoice gateChoice) {
    this.config = model.config();
    this.gates = model.gates();
    this.gateChoice = gateChoice;
    this.tokens = tokens;
    this.tokenizer = tokenizer;
    this.utterances = List.copyOf(utterances);
    this.scorer = scorer;
  }

  /** Decodes all utterances with these parameters. */
  Scores run(NDManager manager, Function<NDManager, Weights> parameters) {
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      Weights weights = parameters.apply(scope);
      OwsmModel model = new OwsmModel(config, weights);
      GatePolicy policy =
          gateChoice.policy(config, gates.map(own -> new GatePredictor(own, config, weights)));
      double batchSeconds = WINDOWS_AT_ONCE * config.speechLengthS();
      try (OwsmTranscriber transcriber =
          new OwsmTranscriber(
              model, tokens, tokenizer, GREEDY, Padding.FULL, batchSeconds, policy)) {
        return score(transcriber.transcribe(utterances.stream().map(Spoken::utterance).iterator()));
      }
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private Scores score(Iterator<Outcome> outcomes) {
    Map<String, String> hypotheses = new HashMap<>();
    while (outcomes.hasNext()) {
      Outcome outcome = outcomes.next();
      String text = outcome instanceof Outcome.Transcribed done ? done.text() : "";
      hypotheses.put(outcome.id(), text);
    }
    List<Scorer.Pair> recognised = new ArrayList<>();
    List<Scorer.Pair> translated = new ArrayList<>();
    for (Spoken spoken : utterances) {
      Utterance utterance = spoken.utterance();
      Scorer.Pair pair = new Scorer.Pair(spoken.reference(), hypotheses.get(utterance.id()));
      (utterance.task().equals("asr") ? recognised : translated).add(pair);
    }
    return new Scores(
        recognised.isEmpty() ? Double.NaN : scorer.wer(recognised),
        translated.isEmpty() ? Double.NaN : scorer.bleu(translated));
  }
}
