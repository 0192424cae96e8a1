package io.espalier.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.context.SpeakerConfig;
import io.espalier.nn.HostData;
import io.espalier.nn.Script;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Trains an ECAPA-TDNN on the calling thread, from the first step to the last: minutes, so there
 * are no checkpoints. The same recipe, corpus and number of threads give the same encoder.
 */
public final class EncoderTrainer implements AutoCloseable {
  /** How slowly the batch norms' statistics follow. */
  private static final double STATISTICS_MOMENTUM = 0.02;

  private final EncoderRecipe recipe;
  private final SpeakerConfig config;
  private final FeatureStore train;
  private final FeatureStore valid;
  private final PrintWriter out;
  private final List<String> classes;
  private final EncoderLayout layout;
  private final EncoderCrops crops;
  private final NDManager manager;
  private final Script script;
  private final NDArray parameters;
  private final AdamW optimizer;
  private final float[] statistics;

  /**
   * What was learnt.
   *
   * @param classes values of the label, in the order of the centres
   * @param parameters by ESPnet's names, with the classes' centres as {@code loss.weight}
   */
  public record Trained(List<String> classes, Map<String, float[]> parameters) {}

  /**
   * @param config read from the recipe's
   * @param out receives progress
   */
  public EncoderTrainer(
      EncoderRecipe recipe,
      SpeakerConfig config,
      FeatureStore train,
      FeatureStore valid,
      PrintWriter out) {
    this.recipe = recipe;
    this.config = config;
    this.train = train;
    this.valid = valid;
    this.out = out;
    this.classes = train.examples().stream().map(this::label).distinct().sorted().toList();
    if (classes.size() < 2) {
      throw new TrainingException(
          "Cannot train %s: column %s has the values %s, at least two are needed"
              .formatted(recipe.name(), recipe.label(), classes));
    }
    this.crops = new EncoderCrops(recipe.augment(), config.frontend());
    this.layout = new EncoderLayout(config, recipe.classes(classes.size()));
    this.manager = NDManager.newBaseManager("PyTorch");
    // Only this executor records gradients for shapes that change from batch to batch.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    this.script = Script.load(manager, EcapaSource.of(layout, config, recipe.scale()));
    this.parameters = manager.create(initial());
    this.parameters.setRequiresGradient(true);
    this.optimizer = new AdamW(manager, layout.parameterCount(), recipe.optimizer());
    this.statistics = new float[layout.statisticCount()];
    for (EncoderLayout.Slot slot : layout.statistics()) {
      float start = slot.name().endsWith("_var") ? 1 : 0;
      int end = slot.offset() + (int) slot.shape().size();
      Arrays.fill(statistics, slot.offset(), end, start);
    }
  }

  private String label(Example example) {
    String label = example.texts().get(recipe.label());
    if (label == null) {
      throw new TrainingException(
          "Cannot train %s on %s: it has no %s"
              .formatted(recipe.name(), example.id(), recipe.label()));
    }
    return label;
  }

  /** As PyTorch draws them: uniform within one over the root of a layer's inputs. */
  private float[] initial() {
    SplittableRandom random = new SplittableRandom(recipe.seed());
    float[] values = new float[layout.parameterCount()];
    for (EncoderLayout.Slot slot : layout.parameters()) {
      boolean norm =
          slot.name().matches(".*(\\.bn[0-9]*|\\.bns\\.[0-9]+|se\\.3|attention\\.2)\\..*");
      int size = (int) slot.shape().size();
      long inputs = slot.shape().dimension() < 2 ? size : size / slot.shape().get(0);
      double limit = 1 / Math.sqrt((double) inputs);
      for (int i = slot.offset(); i < slot.offset() + size; i++) {
        values[i] =
            norm
                ? (slot.name().endsWith(".weight") ? 1 : 0)
                : (float) (limit * (2 * random.nextDouble() - 1));
      }
    }
    return values;
  }

  /** Trains to the end of the schedule. */
  public Trained train() throws IOException {
    int[] labels =
        train.examples().stream().mapToInt(example -> classes.indexOf(label(example))).toArray();
    out.printf(
        Locale.ROOT,
        "Training %s: %,d parameters, %d classes, %,d utterances%n",
        recipe.name(),
        layout.parameterCount() - recipe.classes(classes.size()) * config.embeddingSize(),
        recipe.classes(classes.size()),
        labels.length);
    double loss = 0;
    double hits = 0;
    long begin = System.nanoTime();
    for (long step = 1; step <= recipe.schedule().maxSteps(); step++) {
      float[] facts = step(step, labels);
      loss += facts[0] / recipe.schedule().logEvery();
      hits += facts[1] / recipe.schedule().logEvery() / recipe.schedule().batchSize();
      if (step % recipe.schedule().logEvery() == 0) {
        double left =
            (System.nanoTime() - begin) / 6e10 / step * (recipe.schedule().maxSteps() - step);
        out.printf(
            Locale.ROOT,
            "step %d of %d  loss %.3f  accuracy %.1f %%  %.0f min left%n",
            step,
            recipe.schedule().maxSteps(),
            loss,
            100 * hits,
            left);
        out.flush();
        loss = 0;
        hits = 0;
      }
      if (step % recipe.schedule().validateEvery() == 0 || step == recipe.schedule().maxSteps()) {
        out.printf(
            Locale.ROOT, "Validation at step %d: %s%n", step, new Neighbours(embeddings(), valid));
        out.flush();
      }
    }
    return new Trained(classes, layout.named(parameters.toFloatArray(), statistics));
  }

  /** Returns the loss and the number of right classes. */
  private float[] step(long step, int[] labels) throws IOException {
    SplittableRandom random = new SplittableRandom(recipe.seed() ^ (step * 0x9E3779B97F4A7C15L));
    int rows = recipe.schedule().batchSize();
    int frames = recipe.schedule().cropFrames();
    int mels = config.frontend().nMels();
    float[] features = new float[rows * mels * frames];
    long[] own = new long[rows];
    int classCount = recipe.classes(classes.size());
    for (int row = 0; row < rows; row++) {
      int example = random.nextInt(labels.length);
      int version = random.nextInt(crops.versions());
      own[row] = (labels[example] + (long) version * classes.size()) % classCount;
      crops.draw(train.read(example), version, frames, random, features, row * mels * frames);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDList results =
          script.differentiable(
              "step",
              scope,
              parameters,
              HostData.of(scope, statistics, new Shape(statistics.length)),
              HostData.of(scope, features, new Shape(rows, mels, frames)),
              HostData.of(scope, own, new Shape(rows)),
              HostData.of(scope, (float) recipe.margin()));
      JniUtils.backward(
          (PtNDArray) results.get(0), (PtNDArray) scope.ones(new Shape()), false, false);
      float[] facts = results.get(1).toFloatArray();
      double rate = recipe.learningRate().at(step);
      double norm = optimizer.step(parameters, 1, rate, step);
      if (Double.isFinite(norm)) {
        follow(facts, step);
      }
      return new float[] {results.get(0).getFloat(), facts[0]};
    }
  }

  /** Moves the running statistics towards those of a batch; fast at first. */
  private void follow(float[] facts, long step) {
    double share = Math.max(STATISTICS_MOMENTUM, 1.0 / step);
    for (int i = 0; i < statistics.length; i++) {
      statistics[i] += (float) (share * (facts[1 + i] - statistics[i]));
    }
  }

  /** Embeddings of the validation set, each recording whole. */
  private float[][] embeddings() {
    JniUtils.setGradMode(false);
    try {
      return IntStream.range(0, valid.examples().size())
          .mapToObj(this::embedding)
          .toArray(float[][]::new);
    } finally {
      JniUtils.setGradMode(true);
    }
  }

  private float[] embedding(int example) {
    try (NDManager scope = manager.newSubManager()) {
      float[] features = crops.whole(valid.read(example));
      int mels = config.frontend().nMels();
      return embedding(
          scope, HostData.of(scope, features, new Shape(1, mels, features.length / mels)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The network with fixed statistics: (1, mels, frames) to an embedding. */
  float[] embedding(NDManager scope, NDArray features) {
    return script
        .differentiable(
            "embedding",
            scope,
            parameters,
            HostData.of(scope, statistics, new Shape(statistics.length)),
            features)
        .get(0)
        .toFloatArray();
  }

  /** How often the most similar other recording has the same label. */
  private final class Neighbours {
    private final double share;

    Neighbours(float[][] vectors, FeatureStore store) {
      int right = 0;
      for (int i = 0; i < vectors.length; i++) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < vectors.length; j++) {
          double cosine = j == i ? Double.NEGATIVE_INFINITY : cosine(vectors[i], vectors[j]);
          if (cosine > most) {
            most = cosine;
            best = j;
          }
        }
        right += label(store.examples().get(i)).equals(label(store.examples().get(best))) ? 1 : 0;
      }
      share = (double) right / vectors.length;
    }

    private static double cosine(float[] a, float[] b) {
      double product = 0;
      double left = 0;
      double right = 0;
      for (int i = 0; i < a.length; i++) {
        product += a[i] * b[i];
        left += a[i] * a[i];
        right += b[i] * b[i];
      }
      return product / Math.sqrt(left * right);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "nearest other recording has the same label: %.1f %%", 100 * share);
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
