package io.espalier.pruning;

import java.io.Serializable;

/**
 * Which modules of one half of a model, its encoder or its decoder, run for one utterance.
 *
 * @param text one {@code 1} for each open module and one {@code 0} for each closed one, by layer
 *     and then in the order of {@link io.espalier.owsm.EncoderModule} or {@link
 *     io.espalier.owsm.DecoderModule}
 */
public record OpenModules(String text) implements Serializable {
  /**
   * @throws IllegalArgumentException if the text has another character, or none
   */
  public OpenModules {
    if (!text.matches("[01]+")) {
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

  /** Number of modules, open or closed. */
  public int count() {
    return text.length();
  }

  /**
   * Whether a module runs.
   *
   * @param module its place among all
   */
  public boolean isOpen(int module) {
    return text.charAt(module) == '1';
  }

  /** Share of the open ones, in [0, 1]. */
  public double openShare() {
    return (double) text.chars().filter(one -> one == '1').count() / count();
  }
}
