package io.espalier.training;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.Precision;
import io.espalier.nn.Weights;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Outcome;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.ctc.LoadedOwsmCtc;
import io.espalier.training.data.Spoken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** WER and BLEU of parameters in training, through the decoder that users run, greedily. */
final class DecodedValidation {
  private static final int WINDOWS_AT_ONCE = 8;

  /** Beam 1, and no endless repetitions while the model knows little. */
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0, 0.6, 0, 0, false, false, false, 29.0, 0.2);

  private final TrainingModel model;
  private final Decoding decoding;
  private final List<Spoken> utterances;
  private final Scorer scorer;

  /** Rates over the utterances of each kind; NaN where there is none. */
  record Scores(double wer, double bleu) {}

  DecodedValidation(TrainingModel model, List<Spoken> utterances, Scorer scorer, GateChoice gates) {
    this.model = model;
    double batchSeconds = WINDOWS_AT_ONCE * model.config().speechLengthS();
    // No utterance is longer than a window, so that windows need not overlap.
    this.decoding = new Decoding(GREEDY, gates, Padding.FULL, batchSeconds).withWindowContextS(0);
    this.utterances = List.copyOf(utterances);
    this.scorer = scorer;
  }

  /** Decodes all utterances with these parameters. */
  Scores run(NDManager manager, Function<NDManager, Weights> parameters) {
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      try (Transcriber transcriber = transcriber(parameters.apply(scope))) {
        return score(transcriber.transcribe(utterances.stream().map(Spoken::utterance).iterator()));
      }
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private Transcriber transcriber(Weights weights) {
    return model.config().ctcOnly().isPresent()
        ? LoadedOwsmCtc.of(
                model.config(), weights, model.bpeModel(), model.gates(), Precision.FLOAT32)
            .transcriber(decoding)
        : LoadedOwsm.of(model.config(), weights, model.bpeModel(), model.gates(), Precision.FLOAT32)
            .transcriber(decoding);
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
