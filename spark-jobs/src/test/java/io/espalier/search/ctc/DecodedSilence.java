package io.espalier.search.ctc;

import io.espalier.ReferenceCtc;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;

/** A recording as an OWSM-CTC hears it that leaves out silence, with times of words. */
public final class DecodedSilence {
  private DecodedSilence() {}

  /** The transcript of samples at 16 kHz. */
  public static Transcribed of(ReferenceCtc reference, float[] samples) {
    Decoding decoding =
        new Decoding(DecodingOptions.DEFAULTS, new GateChoice.Open(), Padding.FULL, 60)
            .withWords(true)
            .withSkipSilence(true);
    return new DecodedCtc(reference, decoding).of(new Utterance("u", samples, "eng", "asr", null));
  }
}
