package io.espalier.pruning;

import java.io.Serializable;

/**
 * Which modules of one half of a model, its encoder or its decoder, run for one utterance.
 *
 * @param text one {@code 1} for each open module and one {@code 0} for each closed one, by layer
 *     and then in the order of {@link io.espalier.owsm.EncoderModule} or {@link
 *     io.espalier.owsm.DecoderModule}; behind a plus those that only some layers have, the cross
 *     attentions of an OWSM-CTC; empty for the decoder of a model without one
 */
public record OpenModules(String text) implements Serializable {
  private static final char PLUS = '+';

  /**
   * @throws IllegalArgumentException if the text has another character
   */
  public OpenModules {
    if (!text.matches("[01]*|[01]+\\+[01]+")) {
      throw new IllegalArgumentException(
          "Invalid gates: '%s', must be a 1 or a 0 for each module".formatted(text));
    }
  }

  /** The modules that are set. */
  public static OpenModules of(boolean... open) {
    StringBuilder text = new StringBuilder(open.length);
    for (boolean one : open) {
      text.append(one ? '1' : '0');
    }
    return new OpenModules(text.toString());
  }

  /** Every one of so many modules. */
  public static OpenModules all(int modules) {
    return new OpenModules("1".repeat(modules));
  }

  /**
   * The same modules, those behind the first {@code regular} ones as modules that only some layers
   * have.
   */
  public OpenModules withExtra(int regular) {
    return regular == count()
        ? this
        : new OpenModules(text.substring(0, regular) + PLUS + text.substring(regular));
  }

  /** Number of modules, open or closed. */
  public int count() {
    return text.length() - (plus() < 0 ? 0 : 1);
  }

  /** How many of them stand in front of the plus: every layer has those. */
  public int regular() {
    return plus() < 0 ? text.length() : plus();
  }

  private int plus() {
    return text.indexOf(PLUS);
  }

  /**
   * Whether a module runs.
   *
   * @param module its place among all
   */
  public boolean isOpen(int module) {
    int plus = plus();
    return text.charAt(plus < 0 || module < plus ? module : module + 1) == '1';
  }

  /** Share of the open ones, in [0, 1]; NaN if there are no modules. */
  public double openShare() {
    return (double) text.chars().filter(one -> one == '1').count() / count();
  }
}
