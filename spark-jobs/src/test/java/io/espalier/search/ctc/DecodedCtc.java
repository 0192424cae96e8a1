package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceCtc;
import io.espalier.nn.Watch;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One way to decode with a reference set's OWSM-CTC. */
record DecodedCtc(ReferenceCtc reference, Decoding decoding, Optional<GatePredictor> predictor) {
  DecodedCtc(ReferenceCtc reference, Decoding decoding) {
    this(reference, decoding, Optional.empty());
  }

  /**
   * With every module.
   *
   * @param batch most windows in a batch
   * @param contextS around windows of long audio
   */
  static DecodedCtc open(ReferenceCtc reference, Padding padding, int batch, double contextS) {
    return with(reference, new GateChoice.Open(), padding, batch, contextS);
  }

  static DecodedCtc with(
      ReferenceCtc reference, GateChoice gates, Padding padding, int batch, double contextS) {
    double seconds = batch * reference.model().config().speechLengthS();
    return new DecodedCtc(
        reference,
        new Decoding(DecodingOptions.DEFAULTS, gates, padding, seconds)
            .withWindowContextS(contextS));
  }

  /** The same with predictors that decide about the modules. */
  DecodedCtc with(GatePredictor own) {
    return new DecodedCtc(reference, decoding, Optional.of(own));
  }

  /** The model with everything that it takes to transcribe. */
  static LoadedOwsmCtc owsm(ReferenceCtc reference) {
    return owsm(reference, Optional.empty());
  }

  private static LoadedOwsmCtc owsm(ReferenceCtc reference, Optional<GatePredictor> predictor) {
    return new LoadedOwsmCtc(
        reference.model(), reference.tokens(), reference.tokenizer(), predictor);
  }

  /** Outcomes by id. */
  Map<String, Outcome> outcomes(List<Utterance> utterances) {
    return outcomes(utterances, Watch.NONE);
  }

  /** Outcomes by id, while somebody stands by. */
  Map<String, Outcome> outcomes(List<Utterance> utterances, Watch watch) {
    Map<String, Outcome> byId = new LinkedHashMap<>();
    try (CtcTranscriber transcriber = owsm(reference, predictor).transcriber(decoding)) {
      transcriber
          .transcribe(utterances.iterator(), watch)
          .forEachRemaining(outcome -> assertThat(byId.put(outcome.id(), outcome)).isNull());
    }
    assertThat(byId).hasSize(utterances.size());
    return byId;
  }

  /** Transcripts by id, none of which may have failed. */
  Map<String, Transcribed> of(List<Utterance> utterances) {
    Map<String, Transcribed> byId = new LinkedHashMap<>();
    outcomes(utterances)
        .forEach(
            (id, outcome) -> {
              assertThat(outcome).as(id).isInstanceOf(Transcribed.class);
              byId.put(id, (Transcribed) outcome);
            });
    return byId;
  }

  /** The transcript of one utterance. */
  Transcribed of(Utterance utterance) {
    return of(List.of(utterance)).get(utterance.id());
  }
}
