package io.espalier.training;

import io.espalier.pruning.GateArrays;
import io.espalier.training.data.Batch;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureExtractor;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.Normalization;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.data.TextTargets;
import io.espalier.training.objective.GateDraw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Assembles batches: features with their augmentation, padded with silence, and texts. */
final class BatchMaker {
  private final FeatureStore store;
  private final Normalization normalization;
  private final TextTargets texts;
  private final SpecAugment augment;
  private final BatchFrames frames;
  private final float[] silence;
  private final Optional<GateDraw> gates;

  /**
   * @param frames what batches are padded to
   * @param gates draws what gate predictors look at, if there are any
   */
  BatchMaker(
      FeatureStore store,
      Normalization normalization,
      TextTargets texts,
      SpecAugment augment,
      BatchFrames frames,
      Optional<GateDraw> gates) {
    this.store = store;
    this.normalization = normalization;
    this.texts = texts;
    this.augment = augment;
    this.frames = frames;
    this.gates = gates;
    this.silence = new float[store.mels()];
    Arrays.fill(silence, FeatureExtractor.SILENCE);
    normalization.apply(silence);
  }

  /**
   * A batch to learn from: augmented, tasks drawn.
   *
   * @param step counts from 1
   */
  Batch train(int[] examples, long step, SplittableRandom random) throws IOException {
    List<float[]> features = new ArrayList<>();
    List<TextTargets.Sequences> sequences = new ArrayList<>();
    for (int example : examples) {
      float[] own = store.read(example);
      normalization.apply(own);
      features.add(augment.apply(own, store.mels(), random));
      sequences.add(texts.draw(store.examples().get(example), random));
    }
    int padded = frames.draw(longest(features), random);
    GateArrays shown =
        gates
            .map(
                draw ->
                    draw.train(
                        told(examples, sequences),
                        tasks(sequences),
                        lengths(features),
                        step,
                        random))
            .orElse(null);
    return assemble(features, sequences, padded, shown);
  }

  /** What predictors may know of examples is what the model is told. */
  private List<Example> told(int[] examples, List<TextTargets.Sequences> sequences) {
    return IntStream.range(0, examples.length)
        .mapToObj(i -> store.examples().get(examples[i]).told(sequences.get(i).language()))
        .toList();
  }

  private static List<String> tasks(List<TextTargets.Sequences> sequences) {
    return sequences.stream().map(TextTargets.Sequences::task).toList();
  }

  private List<Integer> lengths(List<float[]> features) {
    return features.stream().map(own -> own.length / store.mels()).toList();
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
    GateArrays shown =
        gates
            .map(
                draw ->
                    draw.evaluate(told(examples, sequences), tasks(sequences), lengths(features)))
            .orElse(null);
    return assemble(features, sequences, Math.max(frames.window(), longest(features)), shown);
  }

  private int longest(List<float[]> features) {
    return features.stream().mapToInt(own -> own.length / store.mels()).max().orElseThrow();
  }

  private Batch assemble(
      List<float[]> features, List<TextTargets.Sequences> sequences, int frames, GateArrays shown) {
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
        ctcLengths,
        previous(sequences),
        shown);
  }

  private static long[] previous(List<TextTargets.Sequences> sequences) {
    List<long[]> texts = sequences.stream().map(TextTargets.Sequences::previous).toList();
    boolean any = texts.stream().anyMatch(text -> text.length > 0);
    return any ? rectangle(texts, -1) : new long[0];
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
