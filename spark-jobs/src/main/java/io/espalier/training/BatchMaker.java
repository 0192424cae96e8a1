package io.espalier.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Assembles batches: features with their augmentation, padded with silence, and texts. Speech is
 * followed by silence up to the window in decoding, so it is in training; how much of it there is
 * varies, since most of what a full window computes is silence.
 */
final class BatchMaker {
  private final FeatureStore store;
  private final Normalization normalization;
  private final TextTargets texts;
  private final SpecAugment augment;
  private final double fullWindowShare;
  private final int windowFrames;
  private final float[] silence;

  /**
   * @param fullWindowShare share of the training batches that are padded to the whole window
   * @param windowFrames feature frames of a whole window
   */
  BatchMaker(
      FeatureStore store,
      Normalization normalization,
      TextTargets texts,
      SpecAugment augment,
      double fullWindowShare,
      int windowFrames) {
    this.store = store;
    this.normalization = normalization;
    this.texts = texts;
    this.augment = augment;
    this.fullWindowShare = fullWindowShare;
    this.windowFrames = windowFrames;
    this.silence = new float[store.mels()];
    Arrays.fill(silence, FeatureExtractor.SILENCE);
    normalization.apply(silence);
  }

  /** A batch to learn from: augmented, tasks drawn. */
  Batch train(int[] examples, SplittableRandom random) throws IOException {
    List<float[]> features = new ArrayList<>();
    List<TextTargets.Sequences> sequences = new ArrayList<>();
    for (int example : examples) {
      float[] own = store.read(example);
      normalization.apply(own);
      features.add(augment.apply(own, store.mels(), random));
      sequences.add(texts.draw(store.examples().get(example), random));
    }
    int longest = longest(features);
    double share =
        random.nextDouble() < fullWindowShare ? 1 : random.nextDouble() * fullWindowShare;
    int frames = longest + (int) (share * Math.max(0, windowFrames - longest));
    return assemble(features, sequences, frames);
  }

  /** A batch to measure with: as it is decoded. */
  Batch evaluate(int[] examples) throws IOException {
    List<float[]> features = new ArrayList<>();
    List<TextTargets.Sequences> sequences = new ArrayList<>();
    for (int example : examples) {
      float[] own = store.read(example);
      normalization.apply(own);
      features.add(own);
      sequences.add(texts.asked(store.examples().get(example)));
    }
    return assemble(features, sequences, Math.max(windowFrames, longest(features)));
  }

  private int longest(List<float[]> features) {
    return features.stream().mapToInt(own -> own.length / store.mels()).max().orElseThrow();
  }

  private Batch assemble(
      List<float[]> features, List<TextTargets.Sequences> sequences, int frames) {
    int rows = features.size();
    float[] padded = new float[rows * frames * store.mels()];
    for (int row = 0; row < rows; row++) {
      float[] own = features.get(row);
      int start = row * frames * store.mels();
      System.arraycopy(own, 0, padded, start, own.length);
      for (int at = own.length; at < frames * store.mels(); at += store.mels()) {
        System.arraycopy(silence, 0, padded, start + at, store.mels());
      }
    }
    long[] ctcLengths =
        sequences.stream()
            .mapToLong(s -> s.transcript() == null ? -1 : s.transcript().length)
            .toArray();
    return new Batch(
        rows,
        padded,
        store.mels(),
        rectangle(sequences.stream().map(TextTargets.Sequences::tokens).toList(), 0),
        rectangle(sequences.stream().map(TextTargets.Sequences::targets).toList(), -1),
        rectangle(sequences.stream().map(BatchMaker::transcript).toList(), 1),
        ctcLengths);
  }

  private static long[] transcript(TextTargets.Sequences sequences) {
    return sequences.transcript() == null ? new long[0] : sequences.transcript();
  }

  private static long[] rectangle(List<long[]> rows, long padding) {
    int width = Math.max(1, rows.stream().mapToInt(row -> row.length).max().orElseThrow());
    long[] all = new long[rows.size() * width];
    Arrays.fill(all, padding);
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, all, row * width, rows.get(row).length);
    }
    return all;
  }
}
