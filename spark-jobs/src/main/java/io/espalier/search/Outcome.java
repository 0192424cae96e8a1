package io.espalier.search;

import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.CostPart;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateSet;
import io.espalier.search.words.TimedWord;
import java.util.List;

/** What became of one utterance: exactly one of these for every utterance that went in. */
public sealed interface Outcome {
  /** The utterance's id. */
  String id();

  /**
   * A decision was made, possibly that nothing was said.
   *
   * @param language the language that was given or identified, such as {@code "eng"}
   * @param languageProbability the probability of an identified language, NaN if it was given
   * @param task as asked
   * @param text the hypothesis without special tokens
   * @param segments timed parts; empty if timestamps were neither asked for nor needed
   * @param quality one for each segment; one for the whole text if there are no segments, none if
   *     nothing was decoded
   * @param words of the text with their times; empty if they were not asked for
   * @param tokens generated tokens, end of sentence included
   * @param score the best hypothesis's score, as ESPnet defines it, summed over windows
   * @param meanLogprob decoder log-probability per generated token
   * @param noSpeechProbability probability of {@code <nospeech>} after {@code <sos>} in the first
   *     window
   * @param compressionRatio UTF-8 length of the text over its deflated length; above 2.4 the text
   *     repeats itself
   * @param gates null if nothing was decoded, because the utterance is silent
   */
  record Transcribed(
      String id,
      String language,
      double languageProbability,
      String task,
      String text,
      List<Segment> segments,
      List<Quality> quality,
      List<TimedWord> words,
      int tokens,
      double score,
      double meanLogprob,
      double noSpeechProbability,
      double compressionRatio,
      Gates gates,
      Gflops gflops,
      Timing timing)
      implements Outcome {}

  /** One row fails, the others go on. */
  record Failed(String id, ErrorCode code, String stage, String message) implements Outcome {}

  /** A timed part of a transcript, in seconds from the start of the utterance. */
  record Segment(double startS, double endS, String text) {}

  /**
   * Signs that a part of a text was not said. As in Whisper, they are those of the window that the
   * part was decoded in.
   *
   * @param noSpeechProbability probability of {@code <nospeech>}, 0 to 1
   * @param compressionRatio of the window's text; above 2.4 it repeats itself
   * @param meanLogprob log-probability per token
   * @param repeats whether the window's text ends with the same tokens three times in a row
   */
  record Quality(
      double noSpeechProbability, double compressionRatio, double meanLogprob, boolean repeats) {}

  /**
   * Which modules ran.
   *
   * @param first those of the first window
   * @param openEncoder share of the encoder's open modules, mean over windows
   * @param openDecoder share of the decoder's open modules, mean over windows
   */
  record Gates(GateSet first, double openEncoder, double openDecoder) {}

  /** GFLOPs spent on this utterance, one multiply-add being two; see {@code docs/gflops.md}. */
  record Gflops(
      double subsampling,
      double encoder,
      double decoder,
      double ctc,
      double gates,
      double context,
      double total,
      double dense) {
    /** Nothing was spent yet. */
    public static final Gflops NONE = new Gflops(0, 0, 0, 0, 0, 0, 0, 0);

    private static final CostPart[] ENCODER = {
      CostPart.ENCODER_FFN1,
      CostPart.ENCODER_ATT,
      CostPart.ENCODER_CGMLP,
      CostPart.ENCODER_MERGE,
      CostPart.ENCODER_FFN2,
      CostPart.ENCODER_SRC,
      CostPart.ENCODER_PROMPT
    };
    private static final CostPart[] DECODER = {
      CostPart.DECODER_SELF, CostPart.DECODER_SRC, CostPart.DECODER_FFN, CostPart.DECODER_OUTPUT
    };

    /**
     * These and what one more window cost.
     *
     * @param ledger the batch's account
     * @param row the window's row in the batch
     */
    public Gflops plus(FlopLedger ledger, int row) {
      return new Gflops(
          subsampling + ledger.gigaSpent(row, CostPart.SUBSAMPLING),
          encoder + ledger.gigaSpent(row, ENCODER),
          decoder + ledger.gigaSpent(row, DECODER),
          ctc + ledger.gigaSpent(row, CostPart.CTC),
          gates + ledger.gigaSpent(row, CostPart.GATES),
          context + ledger.gigaSpent(row, CostPart.CONTEXT),
          // Of whole numbers, so that a dense model spends exactly what it would spend dense.
          total + ledger.gigaSpent(row, CostPart.values()),
          dense + ledger.gigaDense(row));
    }
  }

  /** Wall time of the batches that this utterance was in, shared equally among their rows. */
  record Timing(double encoderMs, double decoderMs, int batchSize) {}
}
