package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The same modules for every utterance: static pruning. */
public final class FixedGates implements GatePolicy {
  private final boolean[] encoder;
  private final boolean[] decoder;

  /**
   * @param encoder the encoder's open modules
   * @param decoder the decoder's open modules
   */
  public FixedGates(boolean[] encoder, boolean[] decoder) {
    this.encoder = encoder.clone();
    this.decoder = decoder.clone();
  }

  /** Every module of a model: the dense one. */
  public static FixedGates open(OwsmConfig config) {
    boolean[] encoder = new boolean[GateParameters.encoderModules(config)];
    boolean[] decoder = new boolean[GateParameters.decoderModules(config)];
    Arrays.fill(encoder, true);
    Arrays.fill(decoder, true);
    return new FixedGates(encoder, decoder);
  }

  /**
   * Reads {@code ENCODER/DECODER}, one {@code 1} or {@code 0} for each module, as transcripts have
   * them.
   *
   * @throws IllegalArgumentException if the numbers of modules are not the model's
   */
  public static FixedGates parse(String text, OwsmConfig config) {
    String[] parts = text.split("/", -1);
    int encoder = GateParameters.encoderModules(config);
    int decoder = GateParameters.decoderModules(config);
    if (parts.length != 2
        || !parts[0].matches("[01]{" + encoder + "}")
        || !parts[1].matches("[01]{" + decoder + "}")) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "Invalid gates: %s, must be %d times 0 or 1 for the encoder, a slash, and %d for"
                      + " the",
                  text,
                  encoder,
                  decoder)
              + " decoder");
    }
    return new FixedGates(GateBits.parse(parts[0]), GateBits.parse(parts[1]));
  }

  @Override
  public boolean differs() {
    return false;
  }

  @Override
  public boolean[][] encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return repeated(encoder, rows.size());
  }

  @Override
  public boolean[][] decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return repeated(decoder, rows.size());
  }

  private static boolean[][] repeated(boolean[] gates, int rows) {
    boolean[][] all = new boolean[rows][];
    Arrays.fill(all, gates);
    return all;
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    return 0;
  }
}
