package io.espalier.owsm;

/** The modules of an encoder layer that a gate can close, in the order of the gate string. */
public enum EncoderModule {
  FFN1,
  ATT,
  CGMLP,
  FFN2
}
