package io.espalier.owsm;

/**
 * Which modules run for which rows of a batch. The encoder and the decoder ask, each for its own
 * half; whoever decides, implements. The dense model is the answer "all of them, always".
 */
public interface ModuleGates extends EncoderGates, DecoderGates {
  /** Every module runs for every row. */
  ModuleGates OPEN =
      new ModuleGates() {
        @Override
        public Rows encoder(int layer, EncoderModule module, int batch) {
          return Rows.all(batch);
        }

        @Override
        public Rows decoder(int layer, DecoderModule module, int batch) {
          return Rows.all(batch);
        }
      };
}
