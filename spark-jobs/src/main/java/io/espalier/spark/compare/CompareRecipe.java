package io.espalier.spark.compare;

import io.espalier.conf.YamlFields;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is compared with what. See {@code conf/recipes/demo-compare.yaml}.
 *
 * @param name for people
 * @param manifest the test set
 * @param choice where static pruning is chosen; absent if no variant needs it
 * @param contexts model whose bundle has the context encoders; absent without contexts
 * @param options of {@code transcribe}, the same for all variants
 * @param models by name
 * @param variants in the order of the table
 * @param curve targets to show the trade-off at
 */
public record CompareRecipe(
    String name,
    String manifest,
    Optional<Choice> choice,
    Optional<String> contexts,
    Map<String, String> options,
    Map<String, Model> models,
    List<Variant> variants,
    Optional<Curve> curve) {

  /** Utterances of the training set that static pruning may look at. */
  public record Choice(String manifest, int utterances) {}

  /**
   * A model.
   *
   * @param bundle its directory
   * @param training how to make the bundle if it is not there
   */
  public record Model(String bundle, Optional<Training> training) {}

  /** What {@code espalier train} needs. */
  public record Training(
      Path recipe,
      String start,
      String train,
      String valid,
      Optional<String> trainContexts,
      Optional<String> validContexts) {}

  /**
   * One row of the table.
   *
   * @param gates {@code open}, {@code learned}, {@code fixed:...}, or {@code static}, {@code
   *     eliminated}, {@code top}, {@code random}, which close as much as the variant {@code like}
   * @param context what learned gates may look at
   * @param target sparsity that learned gates are asked for; absent for the model's own
   * @param like name of another variant; empty if none is needed
   */
  public record Variant(
      String name,
      String model,
      String gates,
      String context,
      Optional<Double> target,
      String like) {}

  /** Learned gates at several targets. */
  public record Curve(String model, String context, List<Double> targets) {}

  private static final Set<String> MATCHED = Set.of("static", "eliminated", "top", "random");

  private static final Set<String> CHOSEN = Set.of("static", "eliminated");

  /** Reads a recipe file. */
  public static CompareRecipe read(Path file) throws IOException {
    return parse(file.toString(), Utf8Text.read(file));
  }

  static CompareRecipe parse(String source, String yaml) {
    YamlFields top =
        YamlFields.parse(source, yaml)
            .only(
                Set.of(
                    "name",
                    "manifest",
                    "choose_on",
                    "contexts",
                    "options",
                    "models",
                    "variants",
                    "curve"));
    Map<String, Model> models = new LinkedHashMap<>();
    YamlFields named = top.child("models");
    named.names().forEach(name -> models.put(name, model(named.child(name))));
    Map<String, String> options = new LinkedHashMap<>();
    if (top.has("options")) {
      YamlFields fields = top.child("options");
      fields.names().forEach(name -> options.put(name, String.valueOf(fields.raw(name))));
    }
    List<Variant> variants = new ArrayList<>();
    top.children("variants").forEach(fields -> variants.add(variant(fields)));
    CompareRecipe recipe =
        new CompareRecipe(
            top.string("name"),
            top.string("manifest"),
            top.has("choose_on") ? Optional.of(choice(top.child("choose_on"))) : Optional.empty(),
            optional(top, "contexts"),
            options,
            models,
            variants,
            top.has("curve") ? Optional.of(curve(top.child("curve"))) : Optional.empty());
    recipe.check(top);
    return recipe;
  }

  private void check(YamlFields top) {
    List<String> names = variants.stream().map(Variant::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw top.wrong("variants", "variants with different names", names);
    }
    for (Variant variant : variants) {
      requireModel(top, variant.model());
      if (MATCHED.contains(variant.gates()) && !isLearned(variant.like())) {
        throw top.wrong(
            "like",
            "the name of a variant with learned gates for " + variant.name(),
            variant.like());
      }
      if (CHOSEN.contains(variant.gates()) && choice.isEmpty()) {
        throw top.wrong("choose_on", "given for variant " + variant.name(), "missing");
      }
    }
    curve.ifPresent(own -> requireModel(top, own.model()));
    contexts.ifPresent(own -> requireModel(top, own));
  }

  private boolean isLearned(String name) {
    return variants.stream().anyMatch(v -> v.name().equals(name) && v.gates().equals("learned"));
  }

  private void requireModel(YamlFields top, String model) {
    if (!models.containsKey(model)) {
      throw top.wrong("model", "one of " + models.keySet(), model);
    }
  }

  /** The variant of that name. */
  Variant variant(String variant) {
    return variants.stream().filter(v -> v.name().equals(variant)).findFirst().orElseThrow();
  }

  private static Choice choice(YamlFields fields) {
    fields.only(Set.of("manifest", "utterances"));
    return new Choice(fields.string("manifest"), fields.integer("utterances"));
  }

  private static Model model(YamlFields fields) {
    fields.only(
        Set.of("bundle", "recipe", "start", "train", "valid", "train_contexts", "valid_contexts"));
    return new Model(
        fields.string("bundle"),
        fields.has("recipe")
            ? Optional.of(
                new Training(
                    Path.of(fields.string("recipe")),
                    fields.string("start"),
                    fields.string("train"),
                    fields.string("valid"),
                    optional(fields, "train_contexts"),
                    optional(fields, "valid_contexts")))
            : Optional.empty());
  }

  private static Variant variant(YamlFields fields) {
    fields.only(Set.of("name", "model", "gates", "context", "target", "like"));
    return new Variant(
        fields.string("name"),
        fields.string("model"),
        fields.string("gates"),
        optional(fields, "context").orElse("all"),
        fields.has("target") ? Optional.of(fields.number("target")) : Optional.empty(),
        optional(fields, "like").orElse(""));
  }

  private static Curve curve(YamlFields fields) {
    fields.only(Set.of("model", "context", "targets"));
    return new Curve(fields.string("model"), fields.string("context"), fields.numbers("targets"));
  }

  private static Optional<String> optional(YamlFields fields, String name) {
    return fields.has(name) ? Optional.of(fields.string(name)) : Optional.empty();
  }
}
