package io.espalier.owsm;

/** Which modules of the encoder run for which rows of a batch. */
@FunctionalInterface
public interface EncoderGates {
  /** Rows for which that module of encoder layer {@code layer} (from 0) runs. */
  Rows encoder(int layer, EncoderModule module, int batch);
}
