package io.espalier.search.beam;

import ai.djl.ndarray.NDArray;
import io.espalier.nn.Kernels;
import io.espalier.owsm.DecoderState;
import java.util.ArrayList;
import java.util.List;

/** Utterances whose prompts the decoder has run, ready to take part in a search. */
public final class Prefilled implements AutoCloseable {
  private final DecoderState decoder;
  private final NDArray hidden;
  private final List<UtteranceBeam> beams;

  /**
   * Takes state and array over.
   *
   * @param hidden (rows, 1, width) behind the prompts
   * @param beams one for each row
   */
  public Prefilled(DecoderState decoder, NDArray hidden, List<UtteranceBeam> beams) {
    this.decoder = decoder;
    this.hidden = hidden;
    this.beams = new ArrayList<>(beams);
  }

  DecoderState decoder() {
    return decoder;
  }

  List<UtteranceBeam> beams() {
    return beams;
  }

  /** Hidden states behind the prompts of all, before any went. */
  NDArray hidden() {
    return hidden;
  }

  /**
   * Lets the last few go.
   *
   * @param to takes their rows
   * @param joined receives them
   * @return (count, 1, width) hidden states behind their prompts
   */
  NDArray move(Kernels kernels, int count, DecoderState to, List<UtteranceBeam> joined) {
    int first = beams.size() - count;
    List<UtteranceBeam> last = beams.subList(first, beams.size());
    joined.addAll(last);
    last.clear();
    to.admit(decoder, count);
    return kernels.call("row_range").with(hidden).with(first).with(count).run(hidden.getManager());
  }

  @Override
  public void close() {
    hidden.close();
    decoder.close();
  }
}
