package io.espalier.spark.train;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.checkpoint.importer.ContextImporter;
import io.espalier.conf.UsageException;
import io.espalier.features.LogMelSettings;
import io.espalier.owsm.OwsmConfig;
import io.espalier.spark.stop.StoppedException;
import io.espalier.spark.task.AudioRules;
import io.espalier.training.RunDirectory;
import io.espalier.training.Trainer;
import io.espalier.training.TrainingConsole;
import io.espalier.training.TrainingModel;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.FrameSource;
import io.espalier.training.data.Spoken;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** {@code espalier train}: Spark extracts features, then one machine trains. */
public final class Train {
  private final SparkSession spark;
  private final TrainRecipe recipe;
  private final Request request;
  private final PrintWriter out;

  /**
   * The data, directories and devices of a training run.
   *
   * @param trainManifest what to learn from
   * @param validManifest what to measure on
   * @param trainContexts table of the contexts of {@code trainManifest}, for gates that see them
   * @param validContexts table of the contexts of {@code validManifest}
   * @param bundle a local bundle to fine-tune; absent for a model from scratch
   * @param output directory of the run; an existing run is resumed
   * @param audio which audio may be read
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param threads on the CPU
   */
  public record Request(
      String trainManifest,
      String validManifest,
      Optional<String> trainContexts,
      Optional<String> validContexts,
      Optional<Path> bundle,
      Path output,
      AudioRules audio,
      String device,
      int threads) {}

  /**
   * @param out receives progress
   */
  public Train(SparkSession spark, TrainRecipe recipe, Request request, PrintWriter out) {
    this.spark = spark;
    this.recipe = recipe;
    this.request = request;
    this.out = out;
    if (recipe.scratch().isPresent() == request.bundle().isPresent()) {
      throw new UsageException(
          recipe.scratch().isPresent()
              ? ("Cannot train %s from a bundle: its recipe makes a model from scratch."
                      + " Omit --bundle")
                  .formatted(recipe.name())
              : "Cannot train %s: its recipe has no model. Give one with --bundle"
                  .formatted(recipe.name()));
    }
  }

  /**
   * Starts or resumes training, to the end of the recipe; returns the bundle.
   *
   * @throws StoppedException if the process was asked to end before
   */
  public Bundle run() throws IOException, InterruptedException {
    RunDirectory directory = new RunDirectory(request.output());
    Device device = TrainDevice.of(request.device());
    FrontEnd frontEnd = frontEnd(directory);
    extract(directory, frontEnd);
    int mels = frontEnd.settings().nMels();
    try (FeatureStore train = FeatureStore.open(directory.features("train"), mels);
        FeatureStore valid = FeatureStore.open(directory.features("valid"), mels)) {
      TrainingModel model = model(directory, train);
      int samples = recipe.schedule().validateUtterances();
      List<Spoken> spoken =
          new SpokenSample(spark, request.audio())
              .known(
                  request.validManifest(),
                  request.validContexts(),
                  samples,
                  frontEnd.windowSamples());
      JniUtils.setNumThreads(request.threads());
      try (Trainer trainer =
          new Trainer(
              recipe,
              directory,
              model,
              new Trainer.Corpus(train, valid, spoken),
              new MetricsScorer(),
              new TrainingConsole(out),
              device)) {
        Bundle trained = TrainStop.heed(trainer::train, trainer::step);
        boolean changed =
            request.bundle().isPresent()
                && ContextImporter.copy(request.bundle().get(), trained.directory());
        return changed ? Bundle.open(trained.directory()) : trained;
      }
    }
  }

  /** The settings that features depend on. */
  private record FrontEnd(LogMelSettings settings, int windowSamples) {
    static FrontEnd of(OwsmConfig config) {
      return new FrontEnd(config.frontend().settings(), config.windowSamples());
    }
  }

  private FrontEnd frontEnd(RunDirectory directory) throws IOException {
    if (TrainingModel.exists(directory.model())) {
      return FrontEnd.of(ofKind(TrainingModel.open(directory.model()).config()));
    }
    OwsmConfig config =
        request.bundle().isPresent()
            ? Bundle.open(request.bundle().get()).config()
            : TrainingModel.draft(recipe.scratch().orElseThrow(), directory.model());
    return FrontEnd.of(ofKind(config));
  }

  /** The model, if the recipe's objective is that of its kind. */
  private OwsmConfig ofKind(OwsmConfig config) {
    boolean isCtc = config.ctcOnly().isPresent();
    if (isCtc != recipe.objective().isCtc()) {
      throw new UsageException(
          "Cannot train %s: the model is %s. Give objective.%s"
              .formatted(
                  recipe.name(),
                  isCtc ? "an OWSM-CTC" : "an encoder-decoder",
                  isCtc
                      ? "interctc_weight instead of ctc_weight and label_smoothing"
                      : "ctc_weight and label_smoothing instead of interctc_weight"));
    }
    return config;
  }

  private void extract(RunDirectory directory, FrontEnd frontEnd) throws IOException {
    FeatureJob job = new FeatureJob(spark, columns(), request.audio());
    out.println(
        job.extract(
            request.trainManifest(),
            request.trainContexts(),
            directory.features("train"),
            new FrameSource.Owsm(frontEnd.settings()),
            frontEnd.windowSamples()));
    out.println(
        job.extract(
            request.validManifest(),
            request.validContexts(),
            directory.features("valid"),
            new FrameSource.Owsm(frontEnd.settings()),
            frontEnd.windowSamples()));
  }

  /** Text columns that the recipe may use. */
  private Set<String> columns() {
    Set<String> columns =
        new HashSet<>(Set.of(Example.REFERENCE, Example.TRANSCRIPT, Example.TEXT_PREV));
    columns.addAll(recipe.data().tasks().values());
    return columns;
  }

  private TrainingModel model(RunDirectory directory, FeatureStore train) throws IOException {
    if (TrainingModel.exists(directory.model())) {
      return TrainingModel.open(directory.model());
    }
    return request.bundle().isPresent()
        ? TrainingModel.of(recipe, Bundle.open(request.bundle().get()), train, directory.model())
        : TrainingModel.create(recipe, recipe.scratch().orElseThrow(), train, directory.model());
  }
}
