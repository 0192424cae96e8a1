package io.espalier.pruning;

import io.espalier.owsm.DecoderGates;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.Rows;
import java.util.List;

/** The gates of the rows of a batch, as the encoder and the decoder ask for them. */
public final class BatchGates {
  private BatchGates() {}

  /**
   * Of the encoder.
   *
   * @param rows the encoder's modules for each row of the batch
   */
  public static DecidedGates encoder(List<OpenModules> rows) {
    return new DecidedGates() {
      @Override
      public Rows encoder(int layer, EncoderModule module, int batch) {
        return open(rows, module.gate(layer));
      }

      @Override
      public Rows cross(int index, int batch) {
        return open(rows, rows.get(0).regular() + index);
      }

      @Override
      public List<OpenModules> decided() {
        return rows;
      }
    };
  }

  /**
   * Of the decoder.
   *
   * @param rows the decoder's modules for each row of the batch
   */
  public static DecoderGates decoder(List<OpenModules> rows) {
    return (layer, module, batch) -> open(rows, module.gate(layer));
  }

  private static Rows open(List<OpenModules> rows, int module) {
    boolean[] open = new boolean[rows.size()];
    for (int row = 0; row < open.length; row++) {
      open[row] = rows.get(row).isOpen(module);
    }
    return Rows.of(open);
  }
}
