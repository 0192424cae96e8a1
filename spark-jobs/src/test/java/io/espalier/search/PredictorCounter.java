package io.espalier.search;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.Kernels;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GatePredictor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Adds up the products of the gate predictors, from the shapes of what they are given: every matrix
 * is multiplied with one vector for each row, or with one for each of its frames; tables of
 * languages and tasks are looked up.
 */
public final class PredictorCounter implements Kernels.Observer {
  /** Sizes that no other matrix of the predictors has. */
  private static final int LANGUAGES = 11;

  private static final int TASKS = 13;
  private static final int POOLING_HIDDEN = 7;

  private static final int INPUTS = 7;

  private long flops;

  /** Both ways of pooling with both scopes. */
  public static Stream<FrameView> views() {
    return Stream.of(
        FrameView.DEFAULT,
        new FrameView(FrameView.Pooling.ATTENTIVE, POOLING_HIDDEN, FrameView.Scope.STACK),
        new FrameView(FrameView.Pooling.STATISTICS, 0, FrameView.Scope.LAYER),
        new FrameView(FrameView.Pooling.ATTENTIVE, POOLING_HIDDEN, FrameView.Scope.LAYER));
  }

  /** Predictors of random weights that can be counted, whose choices are about even. */
  public static GatePredictor predictor(NDManager manager, OwsmConfig config, FrameView view) {
    return RandomPredictor.of(
        manager,
        config,
        IntStream.range(0, LANGUAGES).mapToObj(i -> "l" + i).toList(),
        IntStream.range(0, TASKS).mapToObj(i -> "t" + i).toList(),
        view,
        23);
  }

  @Override
  public void called(String function, List<Object> arguments) {
    Shape frames = (Shape) arguments.get(0);
    long rows = frames.get(0);
    long seen = frames.get(1);
    for (int i = INPUTS; i < arguments.size(); i++) {
      Shape shape = (Shape) arguments.get(i);
      if (shape.dimension() != 2 || shape.get(0) == LANGUAGES || shape.get(0) == TASKS) {
        continue;
      }
      boolean isPooling = shape.get(0) == POOLING_HIDDEN || shape.get(1) == POOLING_HIDDEN;
      flops += 2 * rows * (isPooling ? seen : 1) * shape.size();
    }
  }

  /** FLOPs of all calls so far. */
  public long flops() {
    return flops;
  }
}
