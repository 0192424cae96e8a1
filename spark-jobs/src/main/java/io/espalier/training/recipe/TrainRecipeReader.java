package io.espalier.training.recipe;

import io.espalier.conf.YamlFields;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LearningRate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads recipes from YAML; every key is known or refused. */
public final class TrainRecipeReader {
  private TrainRecipeReader() {}

  static TrainRecipe parse(String source, String yaml) {
    YamlFields top =
        YamlFields.parse(source, yaml)
            .only(
                Set.of(
                    "name",
                    "seed",
                    "model",
                    "frozen",
                    "data",
                    "objective",
                    "gates",
                    "spec_augment",
                    "optimizer",
                    "learning_rate",
                    "schedule"));
    List<String> frozen = top.has("frozen") ? top.strings("frozen") : List.of();
    return new TrainRecipe(
        top.string("name"),
        top.longInteger("seed"),
        top.has("model") ? Optional.of(scratch(top.child("model"))) : Optional.empty(),
        frozen.stream().map(Pattern::compile).toList(),
        data(top.child("data")),
        objective(top.child("objective")),
        top.has("gates")
            ? Optional.of(GateRecipeReader.read(top.child("gates")))
            : Optional.empty(),
        augment(top),
        optimizer(top.child("optimizer")),
        learningRate(top.child("learning_rate")),
        schedule(top.child("schedule")));
  }

  private static TrainRecipe.Scratch scratch(YamlFields fields) {
    fields.only(Set.of("config", "symbols", "pieces"));
    Map<String, Object> config = new LinkedHashMap<>();
    YamlFields keys = fields.child("config");
    for (String key : keys.names()) {
      config.put(key, keys.raw(key));
    }
    return new TrainRecipe.Scratch(config, fields.strings("symbols"), fields.integer("pieces"));
  }

  private static TrainRecipe.Data data(YamlFields fields) {
    fields.only(Set.of("tasks", "text_prev_share", "full_window_share"));
    Map<String, String> tasks = new LinkedHashMap<>();
    if (fields.has("tasks")) {
      YamlFields columns = fields.child("tasks");
      columns.names().forEach(task -> tasks.put(task, columns.string(task)));
    }
    return new TrainRecipe.Data(
        tasks, fields.number("text_prev_share"), fields.number("full_window_share"));
  }

  private static ObjectiveSettings objective(YamlFields fields) {
    fields.only(
        Set.of(
            "ctc_weight",
            "ctc_first",
            "label_smoothing",
            "dropout",
            "attention_dropout",
            "distillation",
            "precision"));
    String precision = fields.string("precision");
    if (!precision.equals("float32") && !precision.equals("bfloat16")) {
      throw fields.wrong("precision", "float32 or bfloat16", precision);
    }
    return new ObjectiveSettings(
        fields.number("ctc_weight"),
        fields.has("ctc_first") ? ctcFirst(fields.child("ctc_first")) : CtcFirst.NONE,
        fields.number("label_smoothing"),
        fields.number("dropout"),
        fields.number("attention_dropout"),
        fields.has("distillation") ? fields.number("distillation") : 0,
        Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
  }

  private static CtcFirst ctcFirst(YamlFields fields) {
    fields.only(Set.of("steps", "weight"));
    return new CtcFirst(fields.longInteger("steps"), fields.number("weight"));
  }

  private static SpecAugment augment(YamlFields top) {
    if (!top.has("spec_augment")) {
      return SpecAugment.NONE;
    }
    YamlFields fields =
        top.child("spec_augment")
            .only(
                Set.of(
                    "time_warp",
                    "filter_masks",
                    "filter_mask_width",
                    "time_masks",
                    "time_mask_ratio"));
    return new SpecAugment(
        fields.integer("time_warp"),
        fields.integer("filter_masks"),
        fields.integer("filter_mask_width"),
        fields.integer("time_masks"),
        fields.number("time_mask_ratio"));
  }

  public static AdamW.Settings optimizer(YamlFields fields) {
    fields.only(Set.of("betas", "epsilon", "weight_decay", "clip_norm"));
    List<Double> betas = fields.numbers("betas");
    if (betas.size() != 2) {
      throw fields.wrong("betas", "two numbers", betas);
    }
    return new AdamW.Settings(
        betas.get(0),
        betas.get(1),
        fields.number("epsilon"),
        fields.number("weight_decay"),
        fields.number("clip_norm"));
  }

  public static LearningRate learningRate(YamlFields fields) {
    if (fields.has("peak")) {
      fields.only(Set.of("peak", "warmup"));
      return new LearningRate.Warmup(fields.number("peak"), fields.longInteger("warmup"));
    }
    fields.only(Set.of("steps", "rates"));
    List<Long> steps = new ArrayList<>();
    fields.numbers("steps").forEach(step -> steps.add(step.longValue()));
    return new LearningRate.PiecewiseLinearWarmup(steps, fields.numbers("rates"));
  }

  private static TrainRecipe.Schedule schedule(YamlFields fields) {
    fields.only(
        Set.of(
            "batch_sizes",
            "accumulate",
            "max_steps",
            "max_epochs",
            "log_every",
            "validate_every",
            "validate_utterances",
            "checkpoint_every",
            "average",
            "patience"));
    if (!fields.has("max_steps") && !fields.has("max_epochs")) {
      throw fields.wrong("max_steps", "given, or max_epochs", "neither");
    }
    return new TrainRecipe.Schedule(
        fields.numbers("batch_sizes").stream().map(Double::intValue).toList(),
        fields.integer("accumulate"),
        fields.has("max_steps") ? fields.longInteger("max_steps") : Long.MAX_VALUE,
        fields.has("max_epochs") ? fields.integer("max_epochs") : Integer.MAX_VALUE,
        fields.integer("log_every"),
        fields.integer("validate_every"),
        fields.integer("validate_utterances"),
        fields.integer("checkpoint_every"),
        fields.integer("average"),
        fields.integer("patience"));
  }
}
