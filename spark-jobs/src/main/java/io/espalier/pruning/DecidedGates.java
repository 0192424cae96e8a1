package io.espalier.pruning;

import io.espalier.owsm.EncoderGates;
import io.espalier.owsm.ctc.CrossGates;
import java.util.List;

/** Gates of a batch in the encoder, which tell afterwards what was decided for each row. */
public interface DecidedGates extends EncoderGates, CrossGates {
  /** The encoder's modules for each row of the batch, once it has run. */
  List<OpenModules> decided();
}
