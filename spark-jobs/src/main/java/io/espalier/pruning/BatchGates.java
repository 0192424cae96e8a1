package io.espalier.pruning;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.Rows;

/** The gates of the rows of a batch, as the encoder and the decoder ask for them. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record BatchGates(boolean[][] encoder, boolean[][] decoder) implements ModuleGates {
  @Override
  public Rows encoder(int layer, EncoderModule module, int batch) {
    return rows(encoder, module.gate(layer));
  }

  @Override
  public Rows decoder(int layer, DecoderModule module, int batch) {
    return rows(decoder, module.gate(layer));
  }

  private static Rows rows(boolean[][] gates, int module) {
    boolean[] open = new boolean[gates.length];
    for (int row = 0; row < open.length; row++) {
      open[row] = gates[row][module];
    }
    return Rows.of(open);
  }
}
