package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * A model as a block of DJL, for programs that load models through DJL's {@code Criteria}. Its
 * forward pass is the encoder with every module open; a transcript takes a search, which uses
 * {@link #owsm()}. It has no parameters of DJL's kind: weights are read with the model and are
 * fixed.
 */
public final class OwsmBlock extends AbstractBlock {
  private static final byte VERSION = 1;

  private final LoadedModel owsm;

  /**
   * @param owsm lives as long as DJL's model
   */
  public OwsmBlock(LoadedModel owsm) {
    super(VERSION);
    this.owsm = owsm;
  }

  /** The model with all that it takes to transcribe. */
  public LoadedModel owsm() {
    return owsm;
  }

  /**
   * Samples to encoder output.
   *
   * @param inputs one array (rows, samples) of mono 16 kHz samples in [-1, 1), all of them real
   * @param training must be false: the kernels have no gradients
   * @return one array (rows, frames, width), owned by the input's manager
   */
  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> arguments) {
    if (training) {
      throw new UnsupportedOperationException(
          "Cannot train this block: its kernels have no gradients, use it for inference");
    }
    NDArray samples = inputs.singletonOrThrow();
    return new NDList(owsm.encode(samples.getManager(), samples));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    int frames = owsm.frames((int) inputs[0].get(1));
    return new Shape[] {new Shape(inputs[0].get(0), frames, owsm.config().encoder().size())};
  }
}
