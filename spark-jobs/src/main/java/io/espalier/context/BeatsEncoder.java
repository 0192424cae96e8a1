package io.espalier.context;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.features.KaldiFbank;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.nn.Kernels;
import io.espalier.nn.ModuleScope;
import io.espalier.nn.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a recording sounds like: the mean over BEATs' patches. */
public final class BeatsEncoder implements ContextEncoder {
  /** Shorter recordings are repeated until they are longer, as the reference does. */
  private static final int SHORTEST_SAMPLES = 3200;

  /** A row's attention takes heads x patches x patches numbers; so many are made at once. */
  private static final long BIAS_AT_ONCE = 64_000_000;

  private final NDManager manager;
  private final Kernels kernels;
  private final EventConfig config;
  private final KaldiFbank fbank;
  private final Beats network;

  /**
   * @param weights every parameter that the configuration asks for, under the checkpoint's names
   */
  public BeatsEncoder(EventConfig config, Kernels kernels, Weights weights) {
    ModuleScope module = new ModuleScope(kernels, weights);
    this.manager = weights.manager();
    this.kernels = kernels;
    this.config = config;
    this.fbank = new KaldiFbank(module);
    this.network = new Beats(module, config);
  }

  @Override
  public int size() {
    return config.width();
  }

  @Override
  public int minSamples() {
    return 1;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public List<Embedding> encode(List<float[]> recordings) {
    List<Embedding> embeddings = new ArrayList<>();
    int longest = recordings.stream().mapToInt(s -> repeated(s).length).max().orElseThrow();
    long patches = network.patches(KaldiFbank.frames(longest));
    long step = Math.max(1, BIAS_AT_ONCE / (config.heads() * patches * patches));
    for (int row = 0; row < recordings.size(); row += (int) step) {
      int end = (int) Math.min(recordings.size(), row + step);
      embeddings.addAll(encodeSome(recordings.subList(row, end)));
    }
    return embeddings;
  }

  private List<Embedding> encodeSome(List<float[]> recordings) {
    List<float[]> samples = recordings.stream().map(BeatsEncoder::repeated).toList();
    int longest = samples.stream().mapToInt(s -> s.length).max().orElseThrow();
    int[] lengths =
        samples.stream().mapToInt(s -> network.patches(KaldiFbank.frames(s.length))).toArray();
    try (NDManager scope = manager.newSubManager()) {
      float[] padded = new float[samples.size() * longest];
      for (int row = 0; row < samples.size(); row++) {
        System.arraycopy(samples.get(row), 0, padded, row * longest, samples.get(row).length);
      }
      NDArray batch = HostData.of(scope, padded, new Shape(samples.size(), longest));
      NDArray out = forward(scope, fbank.forward(scope, batch), lengths);
      float[] means = mean(scope, out, lengths).toFloatArray();
      List<Embedding> embeddings = new ArrayList<>();
      for (int row = 0; row < lengths.length; row++) {
        float[] vector = Arrays.copyOfRange(means, row * size(), (row + 1) * size());
        int frames = KaldiFbank.frames(samples.get(row).length);
        embeddings.add(new Embedding(vector, network.flops(frames)));
      }
      return embeddings;
    }
  }

  private static float[] repeated(float[] samples) {
    if (samples.length >= SHORTEST_SAMPLES) {
      return samples;
    }
    int times = SHORTEST_SAMPLES / samples.length + 1;
    float[] all = new float[times * samples.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(samples, 0, all, i * samples.length, samples.length);
    }
    return all;
  }

  /**
   * Features to what each patch gives.
   *
   * @param features (rows, frames, mels)
   * @param lengths real patches of each row
   * @return (rows, patches, width), owned by {@code target}
   */
  NDArray forward(NDManager target, NDArray features, int[] lengths) {
    try (NDManager scope = target.newSubManager()) {
      NDArray normed = network.patchNorm(scope, network.patchImage(scope, features));
      FrameMask mask = mask(scope, lengths, (int) normed.getShape().get(1));
      NDArray x = network.encoderInput(scope, network.project(scope, normed), mask);
      return network.layers(target, x, mask);
    }
  }

  private static FrameMask mask(NDManager scope, int[] lengths, int patches) {
    return Arrays.stream(lengths).allMatch(length -> length == patches)
        ? FrameMask.none(scope)
        : FrameMask.of(scope, lengths, patches, true);
  }

  private NDArray mean(NDManager scope, NDArray out, int[] lengths) {
    FrameMask mask = mask(scope, lengths, (int) out.getShape().get(1));
    float[] counts = new float[lengths.length];
    for (int row = 0; row < counts.length; row++) {
      counts[row] = lengths[row];
    }
    return kernels
        .call("frames_mean")
        .with(out)
        .with(mask.keep())
        .with(HostData.of(scope, counts, new Shape(counts.length, 1)))
        .run(scope);
  }

  KaldiFbank fbank() {
    return fbank;
  }

  Beats network() {
    return network;
  }
}
