package io.espalier.context;

import io.espalier.audio.Waveform;
import io.espalier.context.ContextEncoder.Embedding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An encoder for recordings of any length: a long one is cut into windows of equal length, and its
 * vector is the mean of theirs.
 */
final class WindowedEncoder {
  private final ContextEncoder encoder;
  private final int windowSamples;
  private final EncoderBatches<Embedding> batches;

  WindowedEncoder(ContextEncoder encoder, double windowS, double batchSeconds) {
    this.encoder = encoder;
    this.windowSamples = Math.max(encoder.minSamples(), (int) (windowS * Waveform.SAMPLE_RATE));
    this.batches = new EncoderBatches<>(encoder::encode, batchSeconds, encoder.minSamples());
  }

  int minSamples() {
    return encoder.minSamples();
  }

  /** One for each recording, in order; empty where a window does not fit into memory. */
  List<Optional<Embedding>> encode(List<float[]> recordings) {
    List<float[]> windows = new ArrayList<>();
    int[] counts = new int[recordings.size()];
    for (int i = 0; i < counts.length; i++) {
      float[] samples = recordings.get(i);
      counts[i] = (samples.length + windowSamples - 1) / windowSamples;
      for (int part = 0; part < counts[i]; part++) {
        int from = (int) ((long) samples.length * part / counts[i]);
        int to = (int) ((long) samples.length * (part + 1) / counts[i]);
        windows.add(counts[i] == 1 ? samples : Arrays.copyOfRange(samples, from, to));
      }
    }
    List<Optional<Embedding>> each = batches.run(windows);
    List<Optional<Embedding>> result = new ArrayList<>();
    int at = 0;
    for (int count : counts) {
      result.add(mean(each.subList(at, at + count)));
      at += count;
    }
    return result;
  }

  private Optional<Embedding> mean(List<Optional<Embedding>> parts) {
    if (parts.size() == 1 || parts.stream().anyMatch(Optional::isEmpty)) {
      return parts.size() == 1 ? parts.get(0) : Optional.empty();
    }
    float[] sum = new float[encoder.size()];
    long flops = 0;
    for (Optional<Embedding> part : parts) {
      Embedding embedding = part.orElseThrow();
      boolean known = flops >= 0 && embedding.flops() >= 0;
      flops = known ? flops + embedding.flops() : Embedding.UNKNOWN_FLOPS;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += embedding.vector()[i] / parts.size();
      }
    }
    return Optional.of(new Embedding(sum, flops));
  }
}
