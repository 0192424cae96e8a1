package io.espalier.spark.compare;

import io.espalier.conf.UsageException;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.spark.compare.CompareRecipe.Training;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/** What a comparison needs, looked for before anything is computed. */
final class CompareNeeds {
  private final SparkSession spark;
  private final CompareRecipe recipe;
  private final CompareModels models;

  /** What is missing, and what it is needed for. */
  private final Map<String, String> missing = new LinkedHashMap<>();

  CompareNeeds(SparkSession spark, CompareRecipe recipe, CompareModels models) {
    this.spark = spark;
    this.recipe = recipe;
    this.models = models;
  }

  /**
   * Looks for everything.
   *
   * @throws UsageException naming all that is missing, and what makes it
   */
  void require() {
    manifest(recipe.manifest(), "the test set");
    if (choiceIsNeeded()) {
      recipe
          .choice()
          .ifPresent(own -> manifest(own.manifest(), "the utterances that gates are chosen on"));
    }
    models.byName().forEach(this::model);
    if (!missing.isEmpty()) {
      throw new UsageException(
          missing.entrySet().stream()
              .map(need -> line(need.getKey(), need.getValue()))
              .collect(
                  Collectors.joining(
                      System.lineSeparator(),
                      "Cannot compare, missing: " + missing.size() + System.lineSeparator(),
                      "")));
    }
    requireColumns();
  }

  private boolean choiceIsNeeded() {
    boolean fixed =
        models.byName().entrySet().stream()
            .anyMatch(
                model ->
                    !models.exists(model.getKey())
                        && model.getValue().training().flatMap(Training::fixedLike).isPresent());
    return fixed
        || recipe.variants().stream().anyMatch(v -> CompareRecipe.CHOSEN.contains(v.gates()));
  }

  private void model(String name, Model model) {
    if (models.exists(name)) {
      return;
    }
    if (model.training().isEmpty()) {
      missing.put(model.bundle(), "the bundle of model " + name);
      return;
    }
    Training training = model.training().get();
    if (!Files.exists(training.recipe())) {
      missing.put(training.recipe().toString(), "the recipe of model " + name);
    }
    boolean trainedBefore =
        models.byName().values().stream().anyMatch(own -> own.bundle().equals(training.start()));
    if (!trainedBefore && !Files.exists(Path.of(training.start()))) {
      missing.put(training.start(), "the bundle that the training of model " + name + " starts at");
    }
    manifest(training.train(), "the training set of model " + name);
    manifest(training.valid(), "the validation set of model " + name);
    Optional<String> contexts = training.trainContexts();
    contexts.ifPresent(table -> manifest(table, "the contexts of the training set of " + name));
    training
        .validContexts()
        .ifPresent(table -> manifest(table, "the contexts of the validation set of " + name));
  }

  private void manifest(String name, String what) {
    if (!Tables.exists(spark, TableRef.of(spark, name))) {
      missing.putIfAbsent(name, what);
    }
  }

  private String line(String need, String what) {
    String command = recipe.madeBy().get(need);
    return "  %s, %s%s".formatted(need, what, command == null ? "" : ". Make it: " + command);
  }

  private void requireColumns() {
    if (recipe.by().isEmpty()) {
      return;
    }
    List<String> there = Arrays.asList(Manifest.read(spark, recipe.manifest()).columns());
    List<String> lacking = recipe.by().stream().filter(name -> !there.contains(name)).toList();
    if (!lacking.isEmpty()) {
      throw new UsageException(
          "Cannot compare by %s: the columns of %s are %s"
              .formatted(String.join(", ", lacking), recipe.manifest(), String.join(", ", there)));
    }
  }

  /** Says what will be trained and how long that takes; empty if nothing is. */
  Optional<String> trainings() {
    List<String> trainings = new ArrayList<>();
    models
        .byName()
        .forEach(
            (name, model) -> {
              if (!models.exists(name)) {
                trainings.add(name + time(model.training().orElseThrow()));
              }
            });
    return trainings.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "These models have no bundle yet and are trained first: "
                + String.join("; ", trainings));
  }

  private static String time(Training training) {
    return training.minutes().isPresent()
        ? ", about %s min".formatted(training.minutes().getAsInt())
        : "";
  }
}
