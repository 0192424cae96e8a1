package io.espalier.pruning;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import java.io.Serializable;
import java.util.Locale;

/** Which modules of a model run for one utterance. */
public record GateSet(OpenModules encoder, OpenModules decoder) implements Serializable {
  private static final String SLASH = "/";

  /** Every module of a model: the dense one. */
  public static GateSet open(OwsmConfig config) {
    return new GateSet(
        OpenModules.all(GateParameters.encoderModules(config))
            .withExtra(GateParameters.regularModules(config)),
        OpenModules.all(GateParameters.decoderModules(config)));
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static GateSet parse(String text) {
    if (!text.matches("[01]+/[01]+|[01]+\\+[01]+/")) {
      throw new IllegalArgumentException(
          "Invalid gates: %s, must be ENCODER/DECODER with a 1 or a 0 for each module"
              .formatted(text));
    }
    int slash = text.indexOf(SLASH);
    return new GateSet(
        new OpenModules(text.substring(0, slash)),
        new OpenModules(text.substring(slash + SLASH.length())));
  }

  /** {@code ENCODER/DECODER}, the modules of both halves as {@link OpenModules#text} has them. */
  public String text() {
    return encoder.text() + SLASH + decoder.text();
  }

  /**
   * This set, if it has one gate for each module of a model.
   *
   * @throws IllegalArgumentException naming both sizes if it does not fit
   */
  public GateSet requireFits(OwsmConfig config) {
    int encoderModules = GateParameters.encoderModules(config);
    int decoderModules = GateParameters.decoderModules(config);
    int regular = GateParameters.regularModules(config);
    if (encoder.count() == encoderModules
        && encoder.regular() == regular
        && decoder.count() == decoderModules) {
      return this;
    }
    if (encoderModules > regular) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid gates: %s, must be %d times 0 or 1 for the encoder, a plus, %d for its cross"
                  + " attentions, and a slash",
              text(),
              regular,
              encoderModules - regular));
    }
    throw new IllegalArgumentException(
        String.format(
                Locale.ROOT,
                "Invalid gates: %s, must be %d times 0 or 1 for the encoder, a slash, and %d for"
                    + " the",
                text(),
                encoderModules,
                decoderModules)
            + " decoder");
  }

  /** Whether a module of an encoder layer (from 0) runs. */
  public boolean isOpen(int layer, EncoderModule module) {
    return encoder.isOpen(module.gate(layer));
  }

  /** Whether a module of a decoder layer (from 0) runs. */
  public boolean isOpen(int layer, DecoderModule module) {
    return decoder.isOpen(module.gate(layer));
  }
}
