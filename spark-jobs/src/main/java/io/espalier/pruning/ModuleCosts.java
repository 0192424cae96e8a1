package io.espalier.pruning;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.OwsmConfig;
import java.util.Arrays;

/**
 * What share of its half of the network each module costs, for a whole window and a text of a
 * typical length. Shares add up to 1.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ModuleCosts(float[] encoderShares, float[] decoderShares) {
  /** A rate of speech: encoder frames of a window for each token of its text. */
  private static final double FRAMES_PER_TOKEN = 5;

  /** Each module counts the same, as in the paper. */
  public static ModuleCosts equal(OwsmConfig config) {
    double[] encoder = new double[GateParameters.encoderModules(config)];
    double[] decoder = new double[GateParameters.decoderModules(config)];
    Arrays.fill(encoder, 1);
    Arrays.fill(decoder, 1);
    return new ModuleCosts(shares(encoder), shares(decoder));
  }

  /**
   * Each module counts what it costs: its matrix products and convolutions, and its half of the
   * merge. In the decoder keys and values of the source attention are most of it, since they are
   * made of every frame, and the rest of every token.
   */
  public static ModuleCosts flops(OwsmConfig config) {
    double width = config.encoder().size();
    double frames = windowFrames(config);
    double tokens = frames / FRAMES_PER_TOKEN;
    double[] encoder = new double[GateParameters.encoderModules(config)];
    double half = config.encoder().cgmlpLinearUnits() / 2.0;
    double kernel = config.encoder().cgmlpConvKernel();
    double merge = width * (width + config.encoder().mergeConvKernel());
    double linear = config.encoder().linearAfterConv() ? half * half : 0;
    double ffn = 2 * width * config.encoder().linearUnits();
    for (int layer = 0; layer < config.encoder().numBlocks(); layer++) {
      encoder[EncoderModule.FFN1.gate(layer)] = ffn;
      encoder[EncoderModule.ATT.gate(layer)] = 4 * width * width + 2 * frames * width + merge;
      encoder[EncoderModule.CGMLP.gate(layer)] = 3 * width * half + half * kernel + linear + merge;
      encoder[EncoderModule.FFN2.gate(layer)] = ffn;
    }
    for (int cross = GateParameters.regularModules(config); cross < encoder.length; cross++) {
      // Queries and outputs of every frame; keys and values of the one token of an empty prompt.
      encoder[cross] = 2 * width * width + 2 * width + 2 * width * width / frames;
    }
    double[] decoder = new double[GateParameters.decoderModules(config)];
    for (int layer = 0; layer < config.decoder().numBlocks(); layer++) {
      decoder[DecoderModule.SELF.gate(layer)] = tokens * (4 * width * width + tokens * width);
      decoder[DecoderModule.SRC.gate(layer)] =
          frames * 2 * width * width + tokens * (2 * width * width + 2 * frames * width);
      decoder[DecoderModule.FFN.gate(layer)] = tokens * 2 * width * config.decoder().linearUnits();
    }
    return new ModuleCosts(shares(encoder), shares(decoder));
  }

  private static double windowFrames(OwsmConfig config) {
    int features = config.windowSamples() / config.frontend().hopLength() + 1;
    return config.encoder().inputLayer().outputLength(features);
  }

  private static float[] shares(double[] costs) {
    double sum = Arrays.stream(costs).sum();
    float[] shares = new float[costs.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) (costs[i] / sum);
    }
    return shares;
  }
}
