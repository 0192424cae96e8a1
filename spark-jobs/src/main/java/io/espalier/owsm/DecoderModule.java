package io.espalier.owsm;

/** The modules of a decoder layer that a gate can close, in the order of the gate string. */
public enum DecoderModule {
  SELF(0),
  SRC(1),
  FFN(2);

  /** Modules of one layer. */
  public static final int COUNT = 3;

  private final int place;

  DecoderModule(int place) {
    this.place = place;
  }

  /** Where this module of a layer (from 0) stands in a list of all gates. */
  public int gate(int layer) {
    return layer * COUNT + place;
  }
}
