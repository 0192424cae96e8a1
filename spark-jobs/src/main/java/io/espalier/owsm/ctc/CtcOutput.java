package io.espalier.owsm.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.Linear;
import io.espalier.nn.ModuleScope;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.Rows;
import io.espalier.owsm.TokenTable;
import java.util.stream.IntStream;

/**
 * The CTC output layer, and the layer that adds its predictions to the frames between two blocks
 * (self-conditioning, Nozaki and Komatsu, Interspeech 2021). A whole window's predictions take 75
 * MB at 50,000 tokens, so frames are taken some at a time.
 */
public final class CtcOutput {
  private static final int FRAMES_AT_ONCE_ON_CPU = 64;
  private static final int FRAMES_AT_ONCE_ON_GPU = 4096;

  private final Kernels kernels;
  private final Linear output;
  private final Linear watchedOutput;
  private final Linear conditioning;
  private final int[] watched;
  private final long width;
  private final long vocabularySize;

  CtcOutput(ModuleScope module, OwsmConfig config, TokenTable tokens) {
    this.kernels = module.kernels();
    this.width = config.encoder().size();
    this.vocabularySize = config.vocabularySize();
    IntStream silence = tokens.find("<nospeech>").stream();
    this.watched =
        IntStream.concat(tokens.languages().stream().mapToInt(id -> id), silence).toArray();
    this.output = module.exact("ctc.ctc_lo");
    this.watchedOutput = module.exact("ctc.ctc_lo", watched);
    boolean conditions = !config.ctcOnly().orElseThrow().conditioned().isEmpty();
    this.conditioning = conditions ? module.linear("encoder.conditioning_layer") : null;
  }

  /**
   * Ids of the tokens whose probabilities {@link #best} gives: languages and {@code <nospeech>}.
   */
  public int[] watched() {
    return watched.clone();
  }

  /**
   * The best token of each frame.
   *
   * @param encoderOut (rows, frames, width)
   * @param mask which of the frames are real
   * @return (rows, frames, 2 + watched tokens): the best token's id, its log-probability, and those
   *     of the {@link #watched} tokens
   */
  public NDArray best(NDManager manager, NDArray encoderOut, FrameMask mask, CostMeter meter) {
    count(meter, encoderOut, mask, bestFlops(1));
    return kernels
        .call("ctc_best")
        .with(encoderOut)
        .with(output)
        .with(watchedOutput)
        .with(framesAtOnce(encoderOut))
        .run(manager);
  }

  /** (rows, frames, width) to log-probabilities (rows, frames, vocabulary). */
  public NDArray logProbs(NDManager manager, NDArray encoderOut, CostMeter meter) {
    count(meter, encoderOut, FrameMask.none(manager), 2 * width * vocabularySize);
    return kernels.call("exact_log_probs").with(encoderOut).with(output).run(manager);
  }

  /** Frames with what CTC predicts for them added, of the same shape. */
  NDArray condition(NDManager manager, NDArray frames, FrameMask mask, CostMeter meter) {
    count(meter, frames, mask, conditionFlops(1));
    return kernels
        .call("condition")
        .with(frames)
        .with(output)
        .with(conditioning)
        .with(framesAtOnce(frames))
        .run(manager);
  }

  private static void count(CostMeter meter, NDArray frames, FrameMask mask, long flopsPerFrame) {
    Rows rows = Rows.all((int) frames.getShape().get(0));
    long padded = frames.getShape().get(1);
    meter.module(CostPart.CTC, rows, row -> flopsPerFrame * mask.frames(row, padded));
  }

  private static int framesAtOnce(NDArray frames) {
    return frames.getDevice().isGpu() ? FRAMES_AT_ONCE_ON_GPU : FRAMES_AT_ONCE_ON_CPU;
  }

  /** FLOPs of {@link #best} for one row of that many frames. */
  public long bestFlops(long frames) {
    return 2 * frames * width * (vocabularySize + watched.length);
  }

  /** FLOPs of self-conditioning behind one layer for one row of that many frames. */
  public long conditionFlops(long frames) {
    return 4 * frames * width * vocabularySize;
  }
}
