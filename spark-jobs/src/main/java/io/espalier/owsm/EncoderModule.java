package io.espalier.owsm;

/** The modules of an encoder layer that a gate can close, in the order of the gate string. */
public enum EncoderModule {
  FFN1(0),
  ATT(1),
  CGMLP(2),
  FFN2(3);

  /** Modules of one layer. */
  public static final int COUNT = 4;

  private final int place;

  EncoderModule(int place) {
    this.place = place;
  }

  /** Where this module of a layer (from 0) stands in a list of all gates. */
  public int gate(int layer) {
    return layer * COUNT + place;
  }
}
