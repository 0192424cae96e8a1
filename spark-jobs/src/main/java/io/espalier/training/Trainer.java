package io.espalier.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.BundleWriter;
import io.espalier.checkpoint.ImportOptions;
import io.espalier.libtorch.Libtorch;
import io.espalier.nn.Precision;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateSet;
import io.espalier.training.RunState.Kept;
import io.espalier.training.data.Batch;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.BatchPlan;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.Spoken;
import io.espalier.training.data.TextTargets;
import io.espalier.training.objective.GateDraw;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.objective.GateSource;
import io.espalier.training.objective.Objective;
import io.espalier.training.objective.ParameterLayout;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LongVectors;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A training run, from the start or from the newest checkpoint of its directory. The same recipe,
 * corpus and number of threads give the same parameters bit for bit, however often the run was
 * killed in between.
 */
public final class Trainer implements AutoCloseable {
  private final TrainRecipe recipe;
  private final RunDirectory directory;
  private final TrainingModel model;
  private final ParameterLayout layout;
  private final Corpus corpus;
  private final TrainingListener listener;
  private final NDManager manager;
  private final Tokenizer tokenizer;
  private final BatchMaker batches;
  private final BatchMaker validationBatches;
  private final DecodedValidation decoding;
  private final Objective objective;
  private final AdamW optimizer;
  private final MetricsLog metrics;
  private final long lastStep;
  private RunState state;

  /**
   * The data to train on.
   *
   * @param train examples to learn from
   * @param valid examples to measure the loss on
   * @param spoken utterances to decode for WER and BLEU
   */
  public record Corpus(FeatureStore train, FeatureStore valid, List<Spoken> spoken) {}

  /** Opens a run on the calling thread, which has to be the one that trains. */
  public Trainer(
      TrainRecipe recipe,
      RunDirectory directory,
      TrainingModel model,
      Corpus corpus,
      Scorer scorer,
      TrainingListener listener,
      Device device)
      throws IOException {
    this.recipe = recipe;
    this.directory = directory;
    this.model = model;
    this.corpus = corpus;
    this.listener = listener;
    this.lastStep = recipe.schedule().steps(corpus.train().examples().size());
    this.layout = ParameterLayout.of(model.config(), model.gates(), recipe::isFrozen);
    this.tokenizer = new Tokenizer(model.bpeModel(), new TokenTable(model.config().tokens()));
    this.batches = batchMaker(corpus.train());
    this.validationBatches = batchMaker(corpus.valid());
    this.decoding = new DecodedValidation(model, corpus.spoken(), scorer, gateChoice());
    this.manager = Libtorch.newManager(device);
    Optional<RunDirectory.Checkpoint> latest = directory.latest();
    float[] start =
        latest.map(RunDirectory.Checkpoint::parameters).orElseGet(() -> model.vector(layout, true));
    this.objective =
        new Objective(
            manager,
            model.config(),
            layout,
            recipe.objective(),
            start,
            model.vector(layout, false),
            model.vector(layout, true),
            gateSource());
    this.optimizer = new AdamW(manager, layout.trainedSize(), recipe.optimizer());
    this.state = latest.map(RunDirectory.Checkpoint::state).orElse(RunState.START);
    latest.ifPresent(checkpoint -> optimizer.restore(checkpoint.first(), checkpoint.second()));
    this.metrics = new MetricsLog(directory.metrics(), state.step());
  }

  /** How the finished model will be gated. */
  private GateChoice gateChoice() {
    return GateChoice.Learned.DEFAULTS.of(fixedGates());
  }

  /** The only modules that are trained, if not all. */
  private Optional<GateSet> fixedGates() {
    return recipe.gates().orElse(null) instanceof GateSettings.Fixed fixed
        ? Optional.of(fixed.gates())
        : Optional.empty();
  }

  private GateSource gateSource() {
    GateSettings settings = recipe.gates().orElse(null);
    if (settings instanceof GateSettings.Fixed fixed) {
      return new GateSource.Fixed(fixed::gates);
    }
    return settings instanceof GateSettings.Learned learned
        ? new GateSource.Learned(model.gates().orElseThrow(), learned)
        : new GateSource.Open();
  }

  private Optional<GateDraw> gateDraw() {
    return recipe.gates().orElse(null) instanceof GateSettings.Learned learned
        ? Optional.of(new GateDraw(model.gates().orElseThrow(), learned, model.config()))
        : Optional.empty();
  }

  private BatchMaker batchMaker(FeatureStore store) {
    TrainRecipe.Data data = recipe.data();
    TextTargets.Shares shares =
        new TextTargets.Shares(data.textPrevShare(), data.languageShare(), data.wrongShare());
    TextTargets texts = TextTargets.of(model.config(), tokenizer, data.tasks(), shares);
    BatchFrames frames = new BatchFrames(model.config(), data.fullWindowShare(), data.padding());
    return new BatchMaker(
        store, model.normalization(), texts, recipe.augment(), frames, gateDraw());
  }

  /**
   * Trains to the end of the schedule and writes the bundle of the averaged best parameters. A run
   * that is asked to stop ends after the step at hand, with a checkpoint.
   *
   * @param stop whether it is asked to
   * @return the bundle; empty if the run stopped before its end
   */
  public Optional<Bundle> train(BooleanSupplier stop) throws IOException {
    listener.started(state.step(), lastStep, layout.trainedSize(), layout.fixedSize());
    int[] frames = corpus.train().examples().stream().mapToInt(Example::frames).toArray();
    while (!finished() && !stop.getAsBoolean()) {
      int size = recipe.schedule().batchSize(state.epoch());
      BatchPlan plan = new BatchPlan(frames, size, recipe.seed(), state.epoch());
      runEpoch(plan.batches(), stop);
    }
    save();
    return finished() ? Optional.of(export()) : Optional.empty();
  }

  /** Steps that are done. */
  public long step() {
    return state.step();
  }

  private boolean finished() {
    int patience = recipe.schedule().patience();
    return state.step() >= lastStep || (patience > 0 && state.validationsWithoutGain() >= patience);
  }

  private void runEpoch(List<int[]> plan, BooleanSupplier stop) throws IOException {
    int accumulate = recipe.schedule().accumulate();
    Tally tally = new Tally();
    while (!finished() && !stop.getAsBoolean() && state.batch() + accumulate <= plan.size()) {
      List<int[]> parts = plan.subList(state.batch(), state.batch() + accumulate);
      long begin = System.nanoTime();
      step(parts, tally);
      double seconds = (System.nanoTime() - begin) / 1e9;
      tally.add(seconds);
      state = state.afterStep(accumulate, parts.stream().mapToInt(p -> p.length).sum(), seconds);
      if (isTimeTo(recipe.schedule().logEvery())) {
        Map<String, Number> values = tally.summary(state);
        values.putAll(tally.openness(model.config()));
        metrics.write("train", state.step(), values);
        listener.progress(state.step(), lastStep, values);
        tally = new Tally();
      }
      if (isTimeTo(recipe.schedule().validateEvery())) {
        validate();
      }
      if (isTimeTo(recipe.schedule().checkpointEvery())) {
        save();
      }
    }
    if (state.batch() + accumulate > plan.size()) {
      state = state.nextEpoch();
    }
  }

  private boolean isTimeTo(int every) {
    return state.step() % every == 0;
  }

  private void step(List<int[]> parts, Tally tally) throws IOException {
    long step = state.step() + 1;
    SplittableRandom random = new SplittableRandom(recipe.seed() ^ (step * 0x9E3779B97F4A7C15L));
    double ctcWeight = recipe.objective().ctcWeight(step);
    for (int[] part : parts) {
      Batch batch = batches.train(part, step, random);
      tally.add(objective.backward(batch, ctcWeight, random.nextLong() >>> 1, step));
    }
    double rate = recipe.learningRate().at(step);
    tally.add(optimizer.step(objective.trained(), parts.size(), rate, step), rate);
  }

  private void validate() throws IOException {
    double begin = System.nanoTime();
    Tally tally = new Tally();
    int count = corpus.valid().examples().size();
    int size = recipe.schedule().batchSize(0);
    // That of the end, so that validations can be compared with each other.
    double ctcWeight = recipe.objective().ctcWeight();
    for (int start = 0; start < count; start += size) {
      int[] rows = new int[Math.min(size, count - start)];
      int first = start;
      Arrays.setAll(rows, i -> first + i);
      tally.add(objective.evaluate(validationBatches.evaluate(rows), ctcWeight));
    }
    float[] parameters = LongVectors.read(objective.trained());
    DecodedValidation.Scores scores =
        decoding.run(manager, scope -> model.weights(scope, layout, parameters));
    Map<String, Number> values = new LinkedHashMap<>(tally.losses());
    values.putAll(tally.openness(model.config()));
    values.put("wer", scores.wer());
    values.put("bleu", scores.bleu());
    values.put("utterances_seen", state.utterances());
    values.put("seconds", (System.nanoTime() - begin) / 1e9);
    metrics.write("valid", state.step(), values);
    listener.validated(state.step(), values);
    rank(tally.losses().get("loss").doubleValue(), parameters);
  }

  /** Keeps the parameters if they are among the best. */
  private void rank(double loss, float[] parameters) throws IOException {
    boolean gain = state.best().stream().allMatch(kept -> loss < kept.loss());
    List<Kept> best = new ArrayList<>(state.best());
    best.add(new Kept(state.step(), loss));
    best.sort(Comparator.comparingDouble(Kept::loss));
    List<Kept> kept = best.subList(0, Math.min(best.size(), recipe.schedule().average()));
    if (kept.stream().anyMatch(k -> k.step() == state.step())) {
      directory.keep(state.step(), parameters);
    }
    state = state.afterValidation(kept, gain);
  }

  private void save() throws IOException {
    directory.save(
        new RunDirectory.Checkpoint(
            state,
            LongVectors.read(objective.trained()),
            LongVectors.read(optimizer.firstMoment()),
            LongVectors.read(optimizer.secondMoment()),
            new float[0]));
    // Not before: the checkpoint that this one replaces may have needed them.
    directory.dropAllBut(state.best());
  }

  /**
   * Writes the bundle of the mean of the best parameters, or of the newest if none was validated.
   */
  private Bundle export() throws IOException {
    float[] mean = average();
    Map<String, Object> source = new LinkedHashMap<>();
    source.put("recipe", recipe.name());
    source.put("seed", recipe.seed());
    source.put("steps", state.step());
    source.put("utterances_seen", state.utterances());
    source.put("training_seconds", Math.round(state.seconds()));
    source.put("averaged_steps", state.best().stream().map(Kept::step).sorted().toList());
    ImportOptions options = new ImportOptions(Precision.FLOAT16, true, recipe.name());
    Path target = directory.bundle();
    return new BundleWriter(model.configFile(), model.bpeModel())
        .write(target, model.gates(), fixedGates(), model.with(layout, mean), options, source);
  }

  private float[] average() throws IOException {
    if (state.best().isEmpty()) {
      return LongVectors.read(objective.trained());
    }
    double[] sum = new double[Math.toIntExact(layout.trainedSize())];
    for (Kept kept : state.best()) {
      float[] parameters = directory.kept(kept);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += parameters[i];
      }
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / state.best().size());
    }
    return mean;
  }

  @Override
  public void close() {
    tokenizer.close();
    manager.close();
  }
}
