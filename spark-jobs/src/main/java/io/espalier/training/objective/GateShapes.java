package io.espalier.training.objective;

import io.espalier.conf.UsageException;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateConfig;
import io.espalier.pruning.SparsityRange;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** The shape of gate predictors for a recipe, a model and a corpus. */
public final class GateShapes {
  private static final SparsityRange NO_DECODER = new SparsityRange(0, 0);

  private GateShapes() {}

  /**
   * The shape of the gates to train, completed from the model and the examples.
   *
   * @throws UsageException if the recipe asks for a context that the corpus does not have
   */
  public static GateConfig of(
      GateSettings.Learned settings, OwsmConfig config, FeatureStore corpus) {
    GateSettings.Shape shape = settings.shape();
    TokenTable tokens = new TokenTable(config.tokens());
    GateSettings.Targets targets = settings.targets();
    return new GateConfig(
        shape.contexts(),
        shape.contexts().contains(ContextKind.SPEAKER)
            ? size(corpus, ContextKind.SPEAKER, Example::speaker)
            : 0,
        shape.contexts().contains(ContextKind.EVENT)
            ? size(corpus, ContextKind.EVENT, Example::event)
            : 0,
        tokens.languages().stream().map(tokens::languageCode).toList(),
        tokens.tasks(),
        shape.projection(),
        shape.hidden(),
        targets.encoder(),
        config.ctcOnly().isPresent() ? NO_DECODER : targets.decoder(),
        targets.asked(),
        shape.view());
  }

  private static int size(
      FeatureStore corpus, ContextKind kind, Function<Example, float[]> embedding) {
    List<Integer> sizes =
        corpus.examples().stream()
            .map(embedding)
            .filter(Objects::nonNull)
            .map(vector -> vector.length)
            .distinct()
            .toList();
    if (sizes.size() != 1) {
      throw new UsageException(
          sizes.isEmpty()
              ? ("Cannot train gates with context %s: no utterance has it. Compute it"
                          + " with espalier")
                      .formatted(kind.key())
                  + " context and give the table with --train-contexts, or omit it from"
                  + " gates.contexts"
              : "Cannot train gates with context %s: its embeddings have different sizes %s"
                  .formatted(kind.key(), sizes));
    }
    return sizes.get(0);
  }
}
