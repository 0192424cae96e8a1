package io.espalier.pruning;

import java.util.Locale;

/**
 * What gate predictors see of an utterance's frames.
 *
 * @param pooling how frames become one vector
 * @param poolingHidden width of the network that scores frames; 0 for {@link Pooling#STATISTICS}
 * @param scope for how many layers one predictor decides
 */
public record FrameView(Pooling pooling, int poolingHidden, Scope scope) {
  /** Mean and deviation, one predictor for the encoder and one for the decoder. */
  public static final FrameView DEFAULT = new FrameView(Pooling.STATISTICS, 0, Scope.STACK);

  public FrameView {
    if (pooling == Pooling.ATTENTIVE ? poolingHidden < 1 : poolingHidden != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Invalid pooling_hidden: %d, must be at least 1 with pooling attentive and absent"
                  + " with pooling statistics",
              poolingHidden));
    }
  }

  /** How frames become one vector. */
  public enum Pooling {
    /** Mean and standard deviation, in which all frames weigh the same. */
    STATISTICS,
    /**
     * Mean and standard deviation, weighted by attention: a small network scores each frame once
     * for each head (Okabe et al., Interspeech 2018). The encoder's attention heads say how many
     * there are; each weighs its own share of the channels.
     */
    ATTENTIVE;

    /** The name in recipes and bundles. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** For how many layers one predictor decides (Peng et al., 2023: global and local). */
  public enum Scope {
    /** One predictor decides for all layers of the encoder before the first one runs. */
    STACK,
    /** Each layer of the encoder has a predictor that sees what the layer sees. */
    LAYER;

    /** The name in recipes and bundles. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the encoder's gates are decided layer by layer while it runs. */
  public boolean isByLayer() {
    return scope == Scope.LAYER;
  }
}
