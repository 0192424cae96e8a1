package io.espalier.owsm;

/** Which modules of the decoder run for which rows of a batch. */
@FunctionalInterface
public interface DecoderGates {
  /** Rows for which that module of decoder layer {@code layer} (from 0) runs. */
  Rows decoder(int layer, DecoderModule module, int batch);
}
