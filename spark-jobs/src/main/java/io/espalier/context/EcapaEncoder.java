package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.features.SpeakerFeatures;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who speaks: ESPnet-SPK's ECAPA-TDNN over the whole recording. The vector is not
 * length-normalised.
 */
public final class EcapaEncoder implements ContextEncoder {
  /** A CPU is a third faster on activations that stay in its caches than on a whole batch. */
  private static final long VALUES_AT_ONCE_ON_CPU = 600_000;

  private final NDManager manager;
  private final SpeakerConfig config;
  private final SpeakerFeatures features;
  private final EcapaTdnn network;

  /**
   * @param weights every parameter that the configuration asks for, under ESPnet's names
   */
  public EcapaEncoder(SpeakerConfig config, Kernels kernels, Weights weights) {
    ModuleScope module = new ModuleScope(kernels, weights);
    this.manager = weights.manager();
    this.config = config;
    this.features = new SpeakerFeatures(module, config.frontend());
    this.network = new EcapaTdnn(module, config);
  }

  @Override
  public int size() {
    return config.embeddingSize();
  }

  @Override
  public int minSamples() {
    return features.minSamples();
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public List<Embedding> encode(List<float[]> recordings) {
    int longest = recordings.stream().mapToInt(samples -> samples.length).max().orElseThrow();
    long values = (long) config.frontend().frames(longest) * config.width();
    int step =
        manager.getDevice().isGpu()
            ? recordings.size()
            : (int) Math.max(1, VALUES_AT_ONCE_ON_CPU / values);
    List<Embedding> embeddings = new ArrayList<>();
    for (int row = 0; row < recordings.size(); row += step) {
      int end = Math.min(recordings.size(), row + step);
      embeddings.addAll(encodeSome(recordings.subList(row, end)));
    }
    return embeddings;
  }

  private List<Embedding> encodeSome(List<float[]> recordings) {
    int[] lengths = recordings.stream().mapToInt(s -> config.frontend().frames(s.length)).toArray();
    int frames = Arrays.stream(lengths).max().orElseThrow();
    try (NDManager scope = manager.newSubManager()) {
      NDArray bins = features.forward(scope, recordings).transpose(0, 2, 1);
      ChannelMask mask = ChannelMask.of(scope, lengths, frames);
      float[] values = network.forward(scope, bins, mask).toFloatArray();
      List<Embedding> embeddings = new ArrayList<>();
      for (int row = 0; row < lengths.length; row++) {
        float[] vector = Arrays.copyOfRange(values, row * size(), (row + 1) * size());
        embeddings.add(new Embedding(vector, network.flops(lengths[row])));
      }
      return embeddings;
    }
  }

  SpeakerFeatures features() {
    return features;
  }

  EcapaTdnn network() {
    return network;
  }
}
