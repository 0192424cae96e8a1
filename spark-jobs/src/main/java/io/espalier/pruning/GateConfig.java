package io.espalier.pruning;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The shape of the gate predictors.
 *
 * @param contexts what they may look at
 * @param speakerSize numbers of a speaker embedding, 0 without that context
 * @param eventSize numbers of an event embedding, 0 without that context
 * @param languages codes that they know, such as {@code deu}
 * @param tasks tasks that they know
 * @param projection numbers that each context is projected to
 * @param hidden width of the hidden layer
 * @param encoder shares of the encoder's modules that they were trained to close
 * @param decoder shares of the decoder's modules
 * @param target share that is asked for where nobody asks for another, in [0, 1]
 * @param view what they see of the frames
 */
public record GateConfig(
    Set<ContextKind> contexts,
    int speakerSize,
    int eventSize,
    List<String> languages,
    List<String> tasks,
    int projection,
    int hidden,
    SparsityRange encoder,
    SparsityRange decoder,
    double target,
    FrameView view) {

  /** Predictors with {@link FrameView#DEFAULT}. */
  public GateConfig(
      Set<ContextKind> contexts,
      int speakerSize,
      int eventSize,
      List<String> languages,
      List<String> tasks,
      int projection,
      int hidden,
      SparsityRange encoder,
      SparsityRange decoder,
      double target) {
    this(
        contexts,
        speakerSize,
        eventSize,
        languages,
        tasks,
        projection,
        hidden,
        encoder,
        decoder,
        target,
        FrameView.DEFAULT);
  }

  public GateConfig {
    contexts = Set.copyOf(contexts);
    languages = List.copyOf(languages);
    tasks = List.copyOf(tasks);
    if (projection < 1 || hidden < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid gate predictors: projection %d and hidden %d must be at least 1",
              projection,
              hidden));
    }
    if (contexts.contains(ContextKind.SPEAKER) != speakerSize > 0
        || contexts.contains(ContextKind.EVENT) != eventSize > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid gate predictors: speaker embeddings of %d and event embeddings of %d for %s",
              speakerSize,
              eventSize,
              contexts));
    }
    if (!(target >= 0 && target <= 1)) {
      throw new IllegalArgumentException(
          "Invalid target sparsity: %s, must be between 0 and 1".formatted(target));
    }
  }
}
