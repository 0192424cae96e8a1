package io.espalier.spark.compare;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.pruning.GateChoice;
import io.espalier.spark.compare.CompareRecipe.Choice;
import io.espalier.spark.compare.CompareRecipe.Curve;
import io.espalier.spark.compare.CompareRecipe.Model;
import io.espalier.spark.compare.CompareRecipe.Timing;
import io.espalier.spark.compare.CompareRecipe.Training;
import io.espalier.spark.compare.CompareRecipe.Variant;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads recipes of comparisons from YAML. */
final class CompareRecipeReader {
  /** Keys of a model that only matter with a recipe. */
  private static final List<String> TRAINING =
      List.of(
          "start", "train", "valid", "train_contexts", "valid_contexts", "fixed_like", "minutes");

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

  private static final String FRAMES = "frames-";

  private static final int USUAL_LAYER = 2;

  private CompareRecipeReader() {}

  static CompareRecipe parse(String source, String yaml) {
    Fields top = Fields.parse(source, yaml);
    Map<String, Model> models = new LinkedHashMap<>();
    Fields named = top.child("models");
    named.names().forEach(name -> models.put(name, model(named.child(name))));
    CompareRecipe recipe =
        new CompareRecipe(
            top.string("name"),
            top.string("manifest"),
            top.optionalChild("choose_on").map(CompareRecipeReader::choice),
            top.optionalString("contexts"),
            options(top.childOrEmpty("options")),
            models,
            top.children("variants").stream().map(CompareRecipeReader::variant).toList(),
            top.optionalChild("curve").map(CompareRecipeReader::curve),
            top.optionalChild("timing").map(CompareRecipeReader::timing),
            top.has("by") ? top.strings("by") : List.of(),
            madeBy(top.childOrEmpty("made_by")));
    check(recipe, top);
    top.finish(UsageException::new);
    return recipe;
  }

  private static void check(CompareRecipe recipe, Fields top) {
    List<Variant> variants = recipe.variants();
    List<String> names = variants.stream().map(Variant::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      top.wrong("variants", "variants with different names", names);
    }
    List<Fields> items = top.children("variants");
    for (int i = 0; i < variants.size(); i++) {
      check(recipe, variants.get(i), items.get(i), top);
    }
    Fields models = top.child("models");
    recipe.models().forEach((name, model) -> check(recipe, model, models.child(name), top));
    recipe.curve().ifPresent(own -> requireModel(recipe, top.child("curve"), "model", own.model()));
    recipe.contexts().ifPresent(own -> requireModel(recipe, top, "contexts", own));
  }

  private static void check(CompareRecipe recipe, Variant variant, Fields item, Fields top) {
    requireModel(recipe, item, "model", variant.model());
    boolean matched = CompareRecipe.MATCHED.contains(variant.gates());
    if (matched && !isLearned(recipe, variant.like())) {
      item.wrong(
          "like", "the name of a variant with learned gates for " + variant.name(), variant.like());
    }
    if (CompareRecipe.CHOSEN.contains(variant.gates()) && recipe.choice().isEmpty()) {
      top.problem("choose_on is missing, variant %s needs it".formatted(variant.name()));
    }
    if (!matched && !variant.gates().isEmpty() && !variant.gates().equals(FixedModel.GATES)) {
      item.make(null, () -> GateChoice.parse(variant.gates(), GateChoice.Learned.DEFAULTS));
    }
    if (item.has("layer") && !variant.gates().startsWith(FRAMES)) {
      item.wrong("layer", "left out, it is for the gates frames-drop and frames-merge", variant);
    }
  }

  private static void check(CompareRecipe recipe, Model model, Fields item, Fields top) {
    model
        .training()
        .flatMap(Training::fixedLike)
        .ifPresent(
            like -> {
              if (!isLearned(recipe, like)) {
                item.wrong("fixed_like", "the name of a variant with learned gates", like);
              }
              if (recipe.choice().isEmpty()) {
                top.problem("choose_on is missing, %s needs it".formatted(item.path("fixed_like")));
              }
            });
  }

  private static boolean isLearned(CompareRecipe recipe, String name) {
    return recipe.variants().stream().anyMatch(v -> v.name().equals(name) && v.isLearned());
  }

  private static void requireModel(CompareRecipe recipe, Fields fields, String name, String model) {
    if (fields.has(name) && !recipe.models().containsKey(model)) {
      fields.wrong(name, "one of " + String.join(", ", recipe.models().keySet()), model);
    }
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
        fields.optionalString("valid_contexts"),
        fields.optionalString("fixed_like"),
        fields.has("minutes")
            ? OptionalInt.of(fields.integer("minutes", 1, Integer.MAX_VALUE))
            : OptionalInt.empty());
  }

  private static Variant variant(Fields fields) {
    return new Variant(
        fields.string("name"),
        fields.string("model"),
        fields.string("gates"),
        fields.optionalString("context").orElse("all"),
        fields.has("target") ? Optional.of(fields.number("target", 0, 1)) : Optional.empty(),
        fields.optionalString("like").orElse(""),
        fields.has("layer") ? fields.integer("layer", 1, Integer.MAX_VALUE) : USUAL_LAYER,
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

  private static Map<String, String> madeBy(Fields fields) {
    Map<String, String> commands = new LinkedHashMap<>();
    fields.names().forEach(name -> commands.put(name, fields.string(name)));
    return commands;
  }

  private static Curve curve(Fields fields) {
    return new Curve(fields.string("model"), fields.string("context"), fields.numbers("targets"));
  }

  private static Timing timing(Fields fields) {
    return new Timing(
        fields.integer("utterances", 1, Integer.MAX_VALUE),
        fields.integer("rounds", 1, Integer.MAX_VALUE),
        fields.integer("threads", 1, Integer.MAX_VALUE));
  }
}
