package io.espalier.owsm;

import java.util.stream.IntStream;

/** The tokens that the decoder gets before it generates: ESPnet's {@code hyp_primer}. */
public final class Prompt {
  private Prompt() {}

  /**
   * {@code [<sop> previous text] <sos> <language> <task> [<notimestamps>]}.
   *
   * @param textPrev ids of what was said before, or null; ignored if it holds {@code <na>}
   * @param timestamps whether the model is to time its output
   */
  public static int[] of(
      TokenTable tokens, int[] textPrev, int language, int task, boolean timestamps) {
    boolean none =
        textPrev == null
            || tokens.find("<na>").stream()
                .anyMatch(na -> IntStream.of(textPrev).anyMatch(id -> id == na));
    IntStream previous =
        none
            ? IntStream.empty()
            : IntStream.concat(IntStream.of(tokens.sop()), IntStream.of(textPrev));
    IntStream start = IntStream.of(tokens.sos(), language, task);
    boolean says = !timestamps && tokens.find("<notimestamps>").isPresent();
    IntStream end = says ? IntStream.of(tokens.id("<notimestamps>")) : IntStream.empty();
    return IntStream.concat(IntStream.concat(previous, start), end).toArray();
  }

  /** Place of {@code <sos>} in a prompt. */
  public static int startOf(TokenTable tokens, int[] prompt) {
    int sos = tokens.sos();
    return IntStream.range(0, prompt.length)
        .filter(i -> prompt[i] == sos)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Invalid prompt: no <sos>"));
  }
}
