package io.espalier.spark.compare;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.files.Utf8Text;
import java.io.IOException;
import java.nio.file.Path;
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
 * @param options of {@code transcribe} that variants do not have of their own
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
   * @param options of {@code transcribe}, which replace those of the recipe
   */
  public record Variant(
      String name,
      String model,
      String gates,
      String context,
      Optional<Double> target,
      String like,
      Map<String, String> options) {}

  /** Learned gates at several targets. */
  public record Curve(String model, String context, List<Double> targets) {}

  private static final Set<String> MATCHED = Set.of("static", "eliminated", "top", "random");

  /** Keys of a model that only matter with a recipe. */
  private static final List<String> TRAINING =
      List.of("start", "train", "valid", "train_contexts", "valid_contexts");

  private static final Set<String> SET_BY_COMPARE =
      Set.of(
          "manifest",
          "bundle",
          "table",
          "run-id",
          "gates",
          "gate-context",
          "target-sparsity",
          "with-contexts");

  private static final Set<String> CHOSEN = Set.of("static", "eliminated");

  /** Reads a recipe file. */
  public static CompareRecipe read(Path file) throws IOException {
    return parse(file.toString(), Utf8Text.read(file));
  }

  static CompareRecipe parse(String source, String yaml) {
    Fields top = Fields.parse(source, yaml);
    Map<String, Model> models = new LinkedHashMap<>();
    Fields named = top.child("models");
    named.names().forEach(name -> models.put(name, model(named.child(name))));
    CompareRecipe recipe =
        new CompareRecipe(
            top.string("name"),
            top.string("manifest"),
            top.optionalChild("choose_on").map(CompareRecipe::choice),
            top.optionalString("contexts"),
            options(top.childOrEmpty("options")),
            models,
            top.children("variants").stream().map(CompareRecipe::variant).toList(),
            top.optionalChild("curve").map(CompareRecipe::curve));
    recipe.check(top);
    top.finish(UsageException::new);
    return recipe;
  }

  private void check(Fields top) {
    List<String> names = variants.stream().map(Variant::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      top.wrong("variants", "variants with different names", names);
    }
    List<Fields> items = top.children("variants");
    for (int i = 0; i < variants.size(); i++) {
      Variant variant = variants.get(i);
      requireModel(items.get(i), "model", variant.model());
      if (MATCHED.contains(variant.gates()) && !isLearned(variant.like())) {
        items
            .get(i)
            .wrong(
                "like",
                "the name of a variant with learned gates for " + variant.name(),
                variant.like());
      }
      if (CHOSEN.contains(variant.gates()) && choice.isEmpty()) {
        top.problem("choose_on is missing, variant %s needs it".formatted(variant.name()));
      }
    }
    curve.ifPresent(own -> requireModel(top.child("curve"), "model", own.model()));
    contexts.ifPresent(own -> requireModel(top, "contexts", own));
  }

  private boolean isLearned(String name) {
    return variants.stream().anyMatch(v -> v.name().equals(name) && v.gates().equals("learned"));
  }

  private void requireModel(Fields fields, String name, String model) {
    if (fields.has(name) && !models.containsKey(model)) {
      fields.wrong(name, "one of " + String.join(", ", models.keySet()), model);
    }
  }

  /** The variant of that name. */
  Variant variant(String variant) {
    return variants.stream().filter(v -> v.name().equals(variant)).findFirst().orElseThrow();
  }

  private static Choice choice(Fields fields) {
    return new Choice(
        fields.string("manifest"), fields.integer("utterances", 1, Integer.MAX_VALUE));
  }

  private static Model model(Fields fields) {
    TRAINING.forEach(fields::raw);
    return new Model(
        fields.string("bundle"), fields.optionalString("recipe").map(recipe -> training(fields)));
  }

  private static Training training(Fields fields) {
    return new Training(
        Path.of(fields.string("recipe")),
        fields.string("start"),
        fields.string("train"),
        fields.string("valid"),
        fields.optionalString("train_contexts"),
        fields.optionalString("valid_contexts"));
  }

  private static Variant variant(Fields fields) {
    return new Variant(
        fields.string("name"),
        fields.string("model"),
        fields.string("gates"),
        fields.optionalString("context").orElse("all"),
        fields.has("target") ? Optional.of(fields.number("target", 0, 1)) : Optional.empty(),
        fields.optionalString("like").orElse(""),
        options(fields.childOrEmpty("options")));
  }

  private static Map<String, String> options(Fields fields) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String name : fields.names()) {
      options.put(name, String.valueOf(fields.raw(name)));
      if (SET_BY_COMPARE.contains(name)) {
        fields.problem(fields.path(name) + " cannot be an option, compare sets it: remove it");
      }
    }
    return options;
  }

  private static Curve curve(Fields fields) {
    return new Curve(fields.string("model"), fields.string("context"), fields.numbers("targets"));
  }
}
