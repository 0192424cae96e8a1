package io.espalier.owsm.ctc;

import io.espalier.owsm.TokenTable;
import java.util.Arrays;

/**
 * What an OWSM-CTC is told about a stretch of speech.
 *
 * @param language token id, {@code <nolang>} to leave it open
 * @param task token id
 * @param textPrev ids of what was said before; {@code <na>} alone if nothing is known
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record CtcPrompt(int language, int task, int[] textPrev) {
  private static final String NO_TEXT = "<na>";
  private static final String NO_LANGUAGE = "<nolang>";

  /**
   * ESPnet's prompt.
   *
   * @param language token id, or negative to leave it open
   * @param textPrev ids, or null; no text at all if they are none or hold {@code <na>}
   */
  public static CtcPrompt of(TokenTable tokens, int language, int task, int[] textPrev) {
    int na = tokens.id(NO_TEXT);
    boolean none =
        textPrev == null
            || textPrev.length == 0
            || Arrays.stream(textPrev).anyMatch(id -> id == na);
    return new CtcPrompt(
        language < 0 ? tokens.id(NO_LANGUAGE) : language,
        task,
        none ? new int[] {na} : textPrev.clone());
  }
}
