package io.espalier.search;

import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.search.Outcome.Failed;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Why an utterance cannot be transcribed by a model. */
public final class Refusals {
  private static final String STAGE = "transcribe";

  private final TokenTable tokens;
  private final Tokenizer tokenizer;
  private final int maxPromptTokens;

  /**
   * @param maxPromptTokens most tokens of a previous text
   */
  public Refusals(TokenTable tokens, Tokenizer tokenizer, int maxPromptTokens) {
    this.tokens = tokens;
    this.tokenizer = tokenizer;
    this.maxPromptTokens = maxPromptTokens;
  }

  /** The id of an utterance's language: negative to identify it, empty if the model lacks it. */
  public OptionalInt language(Utterance utterance) {
    return utterance.language() == null
        ? OptionalInt.of(-1)
        : tokens.language(utterance.language());
  }

  /** A language or task that the model lacks. */
  public Optional<Failed> unknown(Utterance utterance) {
    OptionalInt language = language(utterance);
    if (language.isEmpty()) {
      return failed(
          utterance,
          ErrorCode.LANGUAGE_UNKNOWN,
          "Unknown language: " + utterance.language() + ", not in the model's token list");
    }
    if (language.getAsInt() < 0 && tokens.languages().isEmpty()) {
      return failed(
          utterance,
          ErrorCode.LANGUAGE_UNKNOWN,
          "Cannot identify the language: the model has no language tokens");
    }
    if (tokens.task(utterance.task()).isEmpty()) {
      return failed(
          utterance,
          ErrorCode.TASK_UNKNOWN,
          "Unknown task: " + utterance.task() + ", not in the model's token list");
    }
    return Optional.empty();
  }

  /**
   * Audio that gives nothing to decode.
   *
   * @param frames of the encoder
   */
  public Optional<Failed> tooShort(Utterance utterance, int frames) {
    int samples = utterance.samples().length;
    return samples > 0 && frames > 0
        ? Optional.empty()
        : failed(
            utterance,
            ErrorCode.AUDIO_TOO_SHORT,
            "Audio too short: " + samples + " samples give no encoder frame");
  }

  /** A previous text with more tokens than the model takes. */
  public Optional<Failed> promptTooLong(Utterance utterance) {
    int length = utterance.textPrev() == null ? 0 : tokenizer.encode(utterance.textPrev()).length;
    return length <= maxPromptTokens
        ? Optional.empty()
        : failed(
            utterance,
            ErrorCode.PROMPT_REFUSED,
            "Previous text too long: " + length + " tokens, limit is " + maxPromptTokens);
  }

  /**
   * One window that is too much for the device, even alone.
   *
   * @param code {@link ErrorCode#OUT_OF_MEMORY} or {@link ErrorCode#INFERENCE_TIMEOUT}
   */
  public static Failed tooMuch(Utterance utterance, int sampleRate, ErrorCode code) {
    String reason =
        code == ErrorCode.INFERENCE_TIMEOUT
            ? "one window takes longer than the time limit. Raise --inference-timeout-s, or use a"
                + " faster device or a smaller --beam"
            : "one window does not fit into the device's memory";
    String message =
        String.format(
            Locale.ROOT,
            "Cannot decode %.1f s of audio: %s",
            (double) utterance.samples().length / sampleRate,
            reason);
    return new Failed(utterance.id(), code, STAGE, message);
  }

  /** A search that finished no hypothesis. */
  public static Failed withoutHypothesis(Utterance utterance) {
    return new Failed(
        utterance.id(),
        ErrorCode.NO_HYPOTHESIS,
        STAGE,
        "Cannot find a complete hypothesis: raise the beam or maxlenratio");
  }

  private static Optional<Failed> failed(Utterance utterance, ErrorCode code, String message) {
    return Optional.of(new Failed(utterance.id(), code, STAGE, message));
  }
}
