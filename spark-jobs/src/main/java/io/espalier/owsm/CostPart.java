package io.espalier.owsm;

/** What the FLOPs were spent on. */
public enum CostPart {
  SUBSAMPLING,
  ENCODER_FFN1,
  ENCODER_ATT,
  ENCODER_CGMLP,
  ENCODER_MERGE,
  ENCODER_FFN2,
  DECODER_SELF,
  DECODER_SRC,
  DECODER_FFN,
  DECODER_OUTPUT,
  CTC,
  GATES,
  CONTEXT
}
