package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.ReferenceModel;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePolicy;
import io.espalier.search.beam.DecodingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One way to decode with a reference set's model.
 *
 * @param batch most windows in a batch
 */
record Decoding(
    ReferenceModel reference,
    GatePolicy policy,
    DecodingOptions options,
    Padding padding,
    int batch) {

  /** With every module. */
  Decoding(ReferenceModel reference, DecodingOptions options, Padding padding, int batch) {
    this(
        reference,
        new GateChoice.Open().policy(reference.model().config(), Optional.empty()),
        options,
        padding,
        batch);
  }

  /** Transcripts by id, none of which may have failed. */
  Map<String, Outcome.Transcribed> of(List<Utterance> utterances) {
    Map<String, Outcome.Transcribed> byId = new LinkedHashMap<>();
    double seconds = batch * reference.model().config().speechLengthS();
    try (OwsmTranscriber transcriber =
        new OwsmTranscriber(
            reference.model(),
            reference.tokens(),
            reference.tokenizer(),
            options,
            padding,
            seconds,
            policy)) {
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
