package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceModel;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.beam.DecodingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to decode with a reference set's model.
 *
 * @param predictor decides about the gates if the decoding asks for learned ones
 */
record DecodedReference(
    ReferenceModel reference, Optional<GatePredictor> predictor, Decoding decoding) {

  /**
   * With every module.
   *
   * @param batch most windows in a batch
   */
  DecodedReference(ReferenceModel reference, DecodingOptions options, Padding padding, int batch) {
    this(
        reference,
        Optional.empty(),
        new Decoding(options, new GateChoice.Open(), padding, seconds(reference, batch)));
  }

  /** Audio in that many windows. */
  static double seconds(ReferenceModel reference, int windows) {
    return windows * reference.model().config().speechLengthS();
  }

  /** Transcripts by id, none of which may have failed. */
  Map<String, Outcome.Transcribed> of(List<Utterance> utterances) {
    Map<String, Outcome.Transcribed> byId = new LinkedHashMap<>();
    LoadedOwsm owsm =
        new LoadedOwsm(reference.model(), reference.tokens(), reference.tokenizer(), predictor);
    try (OwsmTranscriber transcriber = owsm.transcriber(decoding)) {
      transcriber
          .transcribe(utterances.iterator())
          .forEachRemaining(
              outcome -> {
                assertThat(outcome).as(outcome.id()).isInstanceOf(Outcome.Transcribed.class);
                byId.put(outcome.id(), (Outcome.Transcribed) outcome);
              });
    }
    return byId;
  }
}
