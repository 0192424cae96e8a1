package io.espalier.spark.compare;

import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is compared with what. See {@code conf/recipes/demo-compare.yaml}.
 *
 * @param name for people
 * @param manifest the test set
 * @param choice where static pruning is chosen; absent if no variant needs it
 * @param contexts model whose bundle has the context encoders; absent without contexts
 * @param options of {@code transcribe} that variants do not have of their own
 * @param models by name
 * @param variants in the order of the table
 * @param curve targets to show the trade-off at
 * @param timing how time is measured; absent if it is not
 * @param by columns of the manifest by which quality is shown too
 * @param madeBy command that makes a file or table, by its name, for those who lack it
 */
public record CompareRecipe(
    String name,
    String manifest,
    Optional<Choice> choice,
    Optional<String> contexts,
    Map<String, String> options,
    Map<String, Model> models,
    List<Variant> variants,
    Optional<Curve> curve,
    Optional<Timing> timing,
    List<String> by,
    Map<String, String> madeBy) {

  /** Utterances of the training set that static pruning may look at. */
  public record Choice(String manifest, int utterances) {}

  /**
   * A model.
   *
   * @param bundle its directory
   * @param training how to make the bundle if it is not there
   */
  public record Model(String bundle, Optional<Training> training) {
    /** Whether its bundle is there. */
    boolean exists() {
      return Files.isDirectory(Path.of(bundle));
    }
  }

  /**
   * What {@code espalier train} needs.
   *
   * @param fixedLike variant whose most frequent gates the training keeps fixed
   * @param minutes that the training takes, for people
   */
  public record Training(
      Path recipe,
      String start,
      String train,
      String valid,
      Optional<String> trainContexts,
      Optional<String> validContexts,
      Optional<String> fixedLike,
      OptionalInt minutes) {}

  /**
   * One row of the table.
   *
   * @param gates {@code open}, {@code learned}, {@code fixed:...}; {@code fixed}, the modules that
   *     the model was trained with; or one of {@link #MATCHED}, which spend as much as the variant
   *     {@code like}
   * @param context what learned gates may look at
   * @param target sparsity that learned gates are asked for; absent for the model's own
   * @param like name of another variant; empty if none is needed
   * @param layer encoder block behind which frames are reduced, from 1
   * @param options of {@code transcribe}, which replace those of the recipe
   */
  public record Variant(
      String name,
      String model,
      String gates,
      String context,
      Optional<Double> target,
      String like,
      int layer,
      Map<String, String> options) {
    /** Whether the bundle's predictors decide. */
    boolean isLearned() {
      return gates.equals("learned");
    }
  }

  /** Learned gates at several targets. */
  public record Curve(String model, String context, List<Double> targets) {
    List<Variant> variants() {
      return targets.stream()
          .map(
              target ->
                  new Variant(
                      String.format(Locale.ROOT, "target %.2f", target),
                      model,
                      "learned",
                      context,
                      Optional.of(target),
                      "",
                      0,
                      Map.of()))
          .toList();
    }
  }

  /**
   * How time is measured.
   *
   * @param utterances of the test set, the same ones in every run
   * @param rounds of which the best counts; one more warms up
   * @param threads that the model computes with
   */
  public record Timing(int utterances, int rounds, int threads) {}

  /** Gates that spend as much as those of another variant. */
  static final List<String> MATCHED =
      List.of(
          "static",
          "static-by-language",
          "eliminated",
          "top",
          "random",
          "frames-drop",
          "frames-merge");

  /** Those of them that are chosen on the utterances of {@link #choice}. */
  static final List<String> CHOSEN =
      List.of("static", "static-by-language", "eliminated", "frames-drop", "frames-merge");

  /** Reads a recipe file. */
  public static CompareRecipe read(Path file) throws IOException {
    return CompareRecipeReader.parse(file.toString(), Utf8Text.read(file));
  }

  /** The variant of that name. */
  Variant variant(String variant) {
    return variants.stream().filter(v -> v.name().equals(variant)).findFirst().orElseThrow();
  }

  /**
   * The same without models that would have to be trained, variants of theirs, and variants that
   * are like one of those.
   *
   * @throws UsageException if no variant is left
   */
  public CompareRecipe withoutTraining() {
    Map<String, Model> there = new LinkedHashMap<>(models);
    there.values().removeIf(model -> model.training().isPresent() && !model.exists());
    List<Variant> kept = new ArrayList<>(variants);
    kept.removeIf(variant -> !there.containsKey(variant.model()));
    Set<String> names = kept.stream().map(Variant::name).collect(Collectors.toSet());
    kept.removeIf(variant -> !variant.like().isEmpty() && !names.contains(variant.like()));
    if (kept.isEmpty()) {
      throw new UsageException(
          "Cannot compare without training: no model of %s has a bundle yet".formatted(name));
    }
    return new CompareRecipe(
        name,
        manifest,
        choice,
        contexts.filter(there::containsKey),
        options,
        there,
        kept,
        curve.filter(own -> there.containsKey(own.model())),
        timing,
        by,
        madeBy);
  }

  /** Every row of the table: the variants, then the curve. */
  List<Variant> rows() {
    List<Variant> all = new ArrayList<>(variants);
    curve.ifPresent(own -> all.addAll(own.variants()));
    return all;
  }
}
