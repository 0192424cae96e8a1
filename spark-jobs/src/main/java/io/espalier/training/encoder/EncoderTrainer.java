package io.espalier.training.encoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.conf.UsageException;
import io.espalier.context.SpeakerConfig;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.HostData;
import io.espalier.nn.Script;
import io.espalier.training.MetricsLog;
import io.espalier.training.RunDirectory;
import io.espalier.training.RunState;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.optimizer.AdamW;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Trains an ECAPA-TDNN on the calling thread, from the start or from the newest checkpoint of its
 * directory. The same recipe, corpus and number of threads give the same encoder bit for bit,
 * however often the run was killed.
 */
public final class EncoderTrainer implements AutoCloseable {
  /** How slowly the batch norms' statistics follow. */
  private static final double STATISTICS_MOMENTUM = 0.02;

  private final EncoderRecipe recipe;
  private final RunDirectory directory;
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
  private final MetricsLog metrics;
  private RunState state;

  /**
   * The trained encoder.
   *
   * @param classes values of the label, in the order of the centres
   * @param parameters by ESPnet's names, with the classes' centres as {@code loss.weight}
   */
  public record Trained(List<String> classes, Map<String, float[]> parameters) {}

  /**
   * Opens a run.
   *
   * @param directory of checkpoints and metrics
   * @param config read from the recipe's
   * @param device to train on
   * @param out receives progress
   * @throws UsageException if a label is missing, there is only one, or the directory holds a run
   *     of another network or other labels
   */
  public EncoderTrainer(
      EncoderRecipe recipe,
      RunDirectory directory,
      SpeakerConfig config,
      FeatureStore train,
      FeatureStore valid,
      Device device,
      PrintWriter out)
      throws IOException {
    this.recipe = recipe;
    this.directory = directory;
    this.config = config;
    this.train = train;
    this.valid = valid;
    this.out = out;
    this.classes = classes();
    this.crops = new EncoderCrops(recipe.augment(), config.frontend());
    this.layout = new EncoderLayout(config, recipe.classes(classes.size()));
    RunDirectory.Checkpoint from = directory.latest().orElseGet(this::start);
    layout.check(recipe.name(), from);
    this.state = from.state();
    this.metrics = new MetricsLog(directory.metrics(), state.step());
    this.manager = Libtorch.newManager(device);
    // Only this executor records gradients for shapes that change from batch to batch.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(true);
    this.script = Script.load(manager, EcapaSource.of(layout, config, recipe.scale()));
    this.parameters = HostData.of(manager, from.parameters());
    this.parameters.setRequiresGradient(true);
    this.optimizer = new AdamW(manager, layout.parameterCount(), recipe.optimizer());
    this.optimizer.restore(from.first(), from.second());
    this.statistics = from.statistics();
  }

  private List<String> classes() {
    List<String> labels = train.examples().stream().map(this::label).distinct().sorted().toList();
    if (labels.size() < 2) {
      throw new UsageException(
          "Cannot train %s: column %s has the values %s, must have at least two"
              .formatted(recipe.name(), recipe.label(), labels));
    }
    return labels;
  }

  private RunDirectory.Checkpoint start() {
    return new RunDirectory.Checkpoint(
        RunState.START,
        layout.initialParameters(recipe.seed()),
        new float[layout.parameterCount()],
        new float[layout.parameterCount()],
        layout.initialStatistics());
  }

  private String label(Example example) {
    String label = example.texts().get(recipe.label());
    if (label == null) {
      throw new UsageException(
          "Cannot train %s on %s: it has no %s"
              .formatted(recipe.name(), example.id(), recipe.label()));
    }
    return label;
  }

  /**
   * Trains to the end of the schedule. A run that is asked to stop ends after the step at hand,
   * with a checkpoint.
   *
   * @param stop whether it is asked to
   * @return the encoder; empty if the run stopped before its end
   */
  public Optional<Trained> train(BooleanSupplier stop) throws IOException {
    int[] labels =
        train.examples().stream().mapToInt(example -> classes.indexOf(label(example))).toArray();
    EncoderRecipe.Schedule schedule = recipe.schedule();
    out.printf(
        Locale.ROOT,
        "Training %s: %,d parameters, %d classes, %,d utterances, %d of %d steps done%n",
        recipe.name(),
        layout.parameterCount() - recipe.classes(classes.size()) * config.embeddingSize(),
        recipe.classes(classes.size()),
        labels.length,
        state.step(),
        schedule.maxSteps());
    if (state.step() < schedule.maxSteps()) {
      run(labels, stop);
      save();
    }
    return state.step() < schedule.maxSteps()
        ? Optional.empty()
        : Optional.of(new Trained(classes, layout.named(parameters.toFloatArray(), statistics)));
  }

  /** Steps that are done. */
  public long step() {
    return state.step();
  }

  private void run(int[] labels, BooleanSupplier stop) throws IOException {
    EncoderRecipe.Schedule schedule = recipe.schedule();
    EncoderTally tally = new EncoderTally();
    while (state.step() < schedule.maxSteps() && !stop.getAsBoolean()) {
      long begin = System.nanoTime();
      float[] facts = step(state.step() + 1, labels);
      double seconds = (System.nanoTime() - begin) / 1e9;
      tally.add(facts[0], facts[1], schedule.batchSize(), seconds);
      state = state.afterStep(1, schedule.batchSize(), seconds);
      if (isTimeTo(schedule.logEvery())) {
        log(tally);
        tally = new EncoderTally();
      }
      if (isTimeTo(schedule.validateEvery()) || state.step() == schedule.maxSteps()) {
        validate();
      }
      if (isTimeTo(schedule.checkpointEvery())) {
        save();
      }
    }
  }

  private boolean isTimeTo(int every) {
    return state.step() % every == 0;
  }

  private void log(EncoderTally tally) throws IOException {
    metrics.write("train", state.step(), tally.summary(state, recipe.learningRate()));
    out.println(tally.line(state.step(), recipe.schedule().maxSteps()));
    out.flush();
  }

  private void validate() throws IOException {
    List<String> labels = valid.examples().stream().map(this::label).toList();
    double share = Neighbours.share(embeddings(), labels);
    metrics.write("valid", state.step(), Map.of("nearest_same_label", share));
    out.printf(
        Locale.ROOT,
        "Validation at step %d: nearest other recording has the same label: %.1f %%%n",
        state.step(),
        100 * share);
    out.flush();
  }

  private void save() throws IOException {
    directory.save(
        new RunDirectory.Checkpoint(
            state,
            parameters.toFloatArray(),
            optimizer.firstMoment().toFloatArray(),
            optimizer.secondMoment().toFloatArray(),
            statistics));
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

  @Override
  public void close() {
    manager.close();
  }
}
