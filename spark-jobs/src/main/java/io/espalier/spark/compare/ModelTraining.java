package io.espalier.spark.compare;

import io.espalier.conf.UsageException;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.spark.compare.CompareRecipe.Training;
import io.espalier.spark.train.Train;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Trains the models whose bundles do not exist. */
final class ModelTraining {
  private final SparkSession spark;
  private final CompareModels models;
  private final VariantRuns runs;
  private final GateChooser chooser;
  private final PrintWriter out;

  ModelTraining(
      SparkSession spark,
      CompareModels models,
      VariantRuns runs,
      GateChooser chooser,
      PrintWriter out) {
    this.spark = spark;
    this.models = models;
    this.runs = runs;
    this.chooser = chooser;
    this.out = out;
  }

  /** Trains what is missing; models whose gates are those of a variant last, as they need it. */
  void run() throws IOException, InterruptedException {
    for (boolean fixed : new boolean[] {false, true}) {
      for (Map.Entry<String, Model> model : models.byName().entrySet()) {
        Optional<Training> training = model.getValue().training();
        boolean last = training.flatMap(Training::fixedLike).isPresent();
        if (last == fixed && !models.exists(model.getKey())) {
          train(model.getKey(), training.orElseThrow());
        }
      }
    }
  }

  private void train(String name, Training training) throws IOException, InterruptedException {
    Path recipe = training.recipe();
    if (training.fixedLike().isPresent()) {
      String like = training.fixedLike().get();
      recipe =
          new FixedModel(name, models.get(name)).write(chooser.mostOftenOpen(startOf(like), like));
    }
    runs.say("Training model " + name + " with " + recipe);
    Path bundle = models.bundle(name).toAbsolutePath();
    if (!bundle.endsWith("bundle")) {
      throw new UsageException(
          "Cannot train model %s: its bundle is %s, must be the directory named bundle of a run"
              .formatted(name, models.get(name).bundle()));
    }
    Train.Request request =
        new Train.Request(
            training.train(),
            training.valid(),
            training.trainContexts(),
            training.validContexts(),
            Optional.of(Path.of(training.start())),
            bundle.getParent(),
            runs.audio(),
            "cpu",
            Runtime.getRuntime().availableProcessors());
    new Train(spark, TrainRecipe.read(recipe), request, out).run();
  }

  /** The model that a variant has; its shape is that of the model to train. */
  private String startOf(String variant) {
    return chooser.recipe().variant(variant).model();
  }
}
