package io.espalier.context;

import io.espalier.outcome.ErrorCode;

/** The outcome of one utterance. */
public sealed interface ContextOutcome {
  /** The utterance's id. */
  String id();

  /**
   * Its contexts.
   *
   * @param speaker the speaker's vector, or null without a speaker encoder
   * @param event the event's vector, or null without an event encoder
   * @param language given, identified, or null if neither
   * @param languageProbability of an identified language, NaN otherwise
   * @param computeMs its share of the time of its batches, in milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Extracted(
      String id,
      float[] speaker,
      float[] event,
      String language,
      double languageProbability,
      Gflops gflops,
      double computeMs)
      implements ContextOutcome {}

  /**
   * No contexts.
   *
   * @param stage {@code speaker}, {@code event} or {@code language}
   */
  record Failed(String id, ErrorCode code, String stage, String message)
      implements ContextOutcome {}

  /** GFLOPs of each encoder, one multiply-add being two; 0 for what did not run, NaN if unknown. */
  record Gflops(double speaker, double event, double language) {
    /** All of what is known. */
    public double total() {
      return known(speaker) + known(event) + known(language);
    }

    private static double known(double value) {
      return Double.isNaN(value) ? 0 : value;
    }
  }
}
