package io.espalier.owsm;

/** The modules of a decoder layer that a gate can close, in the order of the gate string. */
public enum DecoderModule {
  SELF,
  SRC,
  FFN
}
