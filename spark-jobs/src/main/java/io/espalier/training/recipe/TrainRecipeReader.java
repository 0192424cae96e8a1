package io.espalier.training.recipe;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.objective.ObjectiveSettings.CtcFirst;
import io.espalier.training.objective.ObjectiveSettings.Distillation;
import io.espalier.training.objective.ObjectiveSettings.Precision;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LearningRate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads recipes from YAML. */
public final class TrainRecipeReader {
  private static final double MOST_NOISE = 0.99;
  private static final String INTER_CTC = "interctc_weight";
  private static final String LANGUAGE_SHARE = "language_share";
  private static final String WRONG_SHARE = "wrong_token_share";

  /** ESPnet's. */
  private static final double DEFAULT_LANGUAGE_SHARE = 0.5;

  private TrainRecipeReader() {}

  static TrainRecipe read(Fields top) {
    boolean isCtc = top.raw("objective") instanceof Map<?, ?> own && own.containsKey(INTER_CTC);
    TrainRecipe recipe =
        new TrainRecipe(
            top.string("name"),
            top.longInteger("seed"),
            top.optionalChild("model").map(TrainRecipeReader::scratch),
            top.has("frozen") ? patterns(top, "frozen") : List.of(),
            data(top.child("data"), isCtc),
            objective(top.child("objective")),
            top.optionalChild("gates").map(gates -> GateRecipeReader.read(gates, isCtc)),
            top.optionalChild("spec_augment")
                .map(TrainRecipeReader::augment)
                .orElse(SpecAugment.NONE),
            optimizer(top.child("optimizer")),
            learningRate(top.child("learning_rate")),
            schedule(top.child("schedule")));
    top.finish(UsageException::new);
    return recipe;
  }

  private static List<Pattern> patterns(Fields fields, String name) {
    List<Pattern> patterns = new ArrayList<>();
    for (String text : fields.strings(name)) {
      try {
        patterns.add(Pattern.compile(text));
      } catch (PatternSyntaxException e) {
        fields.wrong(name, "a list of regular expressions", text);
      }
    }
    return patterns;
  }

  private static TrainRecipe.Scratch scratch(Fields fields) {
    return new TrainRecipe.Scratch(
        fields.map("config"),
        fields.strings("symbols"),
        fields.integer("pieces", 1, Integer.MAX_VALUE));
  }

  private static TrainRecipe.Data data(Fields fields, boolean isCtc) {
    Map<String, String> tasks = new LinkedHashMap<>();
    Fields columns = fields.childOrEmpty("tasks");
    columns.names().forEach(task -> tasks.put(task, columns.string(task)));
    if (isCtc) {
      hasNoEffect(fields, WRONG_SHARE, "with objective." + INTER_CTC);
    } else {
      hasNoEffect(fields, LANGUAGE_SHARE, "without objective." + INTER_CTC);
    }
    return new TrainRecipe.Data(
        tasks,
        fields.number("text_prev_share", 0, 1),
        fields.has(LANGUAGE_SHARE) ? fields.number(LANGUAGE_SHARE, 0, 1) : DEFAULT_LANGUAGE_SHARE,
        fields.has(WRONG_SHARE) ? fields.number(WRONG_SHARE, 0, MOST_NOISE) : 0,
        fields.number("full_window_share", 0, 1),
        fields.has("padding") ? padding(fields) : BatchFrames.Rest.VARIED);
  }

  private static BatchFrames.Rest padding(Fields fields) {
    return fields.choice(
        "padding",
        List.of(BatchFrames.Rest.values()),
        padding -> padding.name().toLowerCase(Locale.ROOT));
  }

  private static void hasNoEffect(Fields fields, String name, String reason) {
    if (fields.has(name)) {
      fields.problem("%s has no effect %s, omit it".formatted(fields.path(name), reason));
    }
  }

  /** An OWSM-CTC's has {@code interctc_weight}, an encoder-decoder's has not. */
  private static ObjectiveSettings objective(Fields fields) {
    if (fields.has(INTER_CTC)) {
      for (String name : List.of("ctc_weight", "ctc_first", "label_smoothing")) {
        hasNoEffect(fields, name, "with " + fields.path(INTER_CTC));
      }
      return ObjectiveSettings.ctc(
          fields.number(INTER_CTC, 0, MOST_NOISE),
          fields.number("dropout", 0, MOST_NOISE),
          fields.number("attention_dropout", 0, MOST_NOISE),
          distillation(fields),
          precision(fields));
    }
    return new ObjectiveSettings(
        fields.number("ctc_weight", 0, 1),
        fields.optionalChild("ctc_first").map(TrainRecipeReader::ctcFirst).orElse(CtcFirst.NONE),
        fields.number("label_smoothing", 0, MOST_NOISE),
        fields.number("dropout", 0, MOST_NOISE),
        fields.number("attention_dropout", 0, MOST_NOISE),
        distillation(fields),
        precision(fields));
  }

  private static Distillation distillation(Fields fields) {
    return new Distillation(
        fields.has("distillation") ? fields.number("distillation", 0, Double.MAX_VALUE) : 0,
        fields.has("distillation_steps")
            ? fields.longInteger("distillation_steps", 0, Long.MAX_VALUE)
            : Long.MAX_VALUE);
  }

  private static Precision precision(Fields fields) {
    return fields.choice(
        "precision",
        List.of(Precision.values()),
        precision -> precision.name().toLowerCase(Locale.ROOT));
  }

  private static CtcFirst ctcFirst(Fields fields) {
    return new CtcFirst(
        fields.longInteger("steps", 0, Long.MAX_VALUE), fields.number("weight", 0, 1));
  }

  private static SpecAugment augment(Fields fields) {
    return new SpecAugment(
        fields.integer("time_warp", 0, Integer.MAX_VALUE),
        fields.integer("filter_masks", 0, Integer.MAX_VALUE),
        fields.integer("filter_mask_width", 0, Integer.MAX_VALUE),
        fields.integer("time_masks", 0, Integer.MAX_VALUE),
        fields.number("time_mask_ratio", 0, 1));
  }

  /** Reads the {@code optimizer} of any training's recipe. */
  public static AdamW.Settings optimizer(Fields fields) {
    List<Double> betas = fields.numbers("betas", 2);
    return new AdamW.Settings(
        betas.isEmpty() ? 0 : betas.get(0),
        betas.isEmpty() ? 0 : betas.get(1),
        fields.number("epsilon"),
        fields.number("weight_decay"),
        fields.number("clip_norm"));
  }

  /** Reads the {@code learning_rate} of any training's recipe; null after a mistake. */
  public static LearningRate learningRate(Fields fields) {
    if (fields.has("peak")) {
      return fields.make(
          null, () -> new LearningRate.Warmup(fields.number("peak"), fields.longInteger("warmup")));
    }
    return fields.make(
        null,
        () ->
            new LearningRate.PiecewiseLinearWarmup(
                fields.longIntegers("steps"), fields.numbers("rates")));
  }

  private static TrainRecipe.Schedule schedule(Fields fields) {
    if (!fields.has("max_steps") && !fields.has("max_epochs")) {
      fields.problem(
          "%s or %s must be given".formatted(fields.path("max_steps"), fields.path("max_epochs")));
    }
    List<Integer> batchSizes = fields.integers("batch_sizes", 1, Integer.MAX_VALUE);
    if (fields.raw("batch_sizes") instanceof List<?> list && list.isEmpty()) {
      fields.wrong("batch_sizes", "one size or more", list);
    }
    return new TrainRecipe.Schedule(
        batchSizes,
        fields.integer("accumulate", 1, Integer.MAX_VALUE),
        fields.has("max_steps") ? fields.longInteger("max_steps") : Long.MAX_VALUE,
        fields.has("max_epochs") ? fields.integer("max_epochs") : Integer.MAX_VALUE,
        fields.integer("log_every", 1, Integer.MAX_VALUE),
        fields.integer("validate_every", 1, Integer.MAX_VALUE),
        fields.integer("validate_utterances", 0, Integer.MAX_VALUE),
        fields.integer("checkpoint_every", 1, Integer.MAX_VALUE),
        fields.integer("average", 1, Integer.MAX_VALUE),
        fields.integer("patience", 0, Integer.MAX_VALUE));
  }
}
