package io.espalier.training;

import io.espalier.training.ObjectiveSettings.CtcFirst;
import io.espalier.training.ObjectiveSettings.Precision;
import io.espalier.training.corpus.YamlFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What and how to train; the data are named on the command line. See {@code
 * conf/recipes/demo.yaml}.
 *
 * @param name of the trained model
 * @param seed of every random choice
 * @param scratch the model to start from random parameters; absent to start from a bundle
 * @param frozen parameters whose whole name matches one of these are not trained
 */
public record TrainRecipe(
    String name,
    long seed,
    Optional<Scratch> scratch,
    List<Pattern> frozen,
    Data data,
    ObjectiveSettings objective,
    SpecAugment augment,
    AdamW.Settings optimizer,
    LearningRate learningRate,
    Schedule schedule) {

  /**
   * A model that does not exist yet.
   *
   * @param config ESPnet's keys of {@code config.yaml}
   * @param symbols special tokens in front of the pieces
   * @param pieces number of SentencePiece pieces to train
   */
  public record Scratch(Map<String, Object> config, List<String> symbols, int pieces) {}

  /**
   * What is made of the corpus.
   *
   * @param tasks task to the column of its text, empty to do what each row says
   * @param textPrevShare share of the examples with a previous text that are given it
   * @param fullWindowShare share of the batches that are padded to a whole window
   */
  public record Data(Map<String, String> tasks, double textPrevShare, double fullWindowShare) {}

  /**
   * How long to train, and what to do now and then.
   *
   * @param batchSizes utterances in a batch by epoch; the last one stays
   * @param accumulate batches whose gradients make one step
   * @param maxSteps steps after which training ends, if the epochs do not end before
   * @param maxEpochs passes over the corpus after which training ends
   * @param logEvery steps between lines of the metrics log
   * @param validateEvery steps between validations
   * @param validateUtterances validation utterances that are decoded for WER and BLEU
   * @param checkpointEvery steps between checkpoints
   * @param average number of best validations whose parameters are averaged in the end
   * @param patience validations without a better loss after which training ends; 0 for never
   */
  public record Schedule(
      List<Integer> batchSizes,
      int accumulate,
      long maxSteps,
      int maxEpochs,
      int logEvery,
      int validateEvery,
      int validateUtterances,
      int checkpointEvery,
      int average,
      int patience) {
    public Schedule {
      batchSizes = List.copyOf(batchSizes);
      positive(
          "batch_sizes",
          batchSizes.isEmpty() ? 0 : batchSizes.stream().min(Integer::compare).get());
      positive("accumulate", accumulate);
      positive("log_every", logEvery);
      positive("validate_every", validateEvery);
      positive("checkpoint_every", checkpointEvery);
      positive("average", average);
    }

    private static void positive(String name, int value) {
      if (value < 1) {
        throw new TrainingException("Invalid %s: %s, must be at least 1".formatted(name, value));
      }
    }

    /** Utterances in a batch of that epoch; epochs count from 0. */
    int batchSize(int epoch) {
      return batchSizes.get(Math.min(epoch, batchSizes.size() - 1));
    }

    /** Steps until the end, for a corpus of that many examples. */
    long steps(int examples) {
      long steps = 0;
      for (int epoch = 0; epoch < maxEpochs && steps < maxSteps; epoch++) {
        int more = BatchPlan.count(examples, batchSize(epoch)) / accumulate;
        if (more == 0) {
          throw new TrainingException(
              "Cannot train: %d examples make no step of %d batches of %d"
                  .formatted(examples, accumulate, batchSize(epoch)));
        }
        steps += more;
      }
      return Math.min(steps, maxSteps);
    }

    /** With another end. */
    public Schedule until(long steps) {
      return new Schedule(
          batchSizes,
          accumulate,
          steps,
          maxEpochs,
          logEvery,
          validateEvery,
          validateUtterances,
          checkpointEvery,
          average,
          patience);
    }
  }

  /** Whether a parameter is not to be trained. */
  public boolean isFrozen(String parameter) {
    return frozen.stream().anyMatch(pattern -> pattern.matcher(parameter).matches());
  }

  /** With another end. */
  public TrainRecipe until(long steps) {
    return new TrainRecipe(
        name,
        seed,
        scratch,
        frozen,
        data,
        objective,
        augment,
        optimizer,
        learningRate,
        schedule.until(steps));
  }

  /** Reads a recipe file. */
  public static TrainRecipe read(Path file) throws IOException {
    return parse(file.toString(), Files.readString(file));
  }

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
        augment(top),
        optimizer(top.child("optimizer")),
        learningRate(top.child("learning_rate")),
        schedule(top.child("schedule")));
  }

  private static Scratch scratch(YamlFields fields) {
    fields.only(Set.of("config", "symbols", "pieces"));
    Map<String, Object> config = new LinkedHashMap<>();
    YamlFields keys = fields.child("config");
    for (String key : keys.names()) {
      config.put(key, keys.raw(key));
    }
    return new Scratch(config, fields.strings("symbols"), fields.integer("pieces"));
  }

  private static Data data(YamlFields fields) {
    fields.only(Set.of("tasks", "text_prev_share", "full_window_share"));
    Map<String, String> tasks = new LinkedHashMap<>();
    if (fields.has("tasks")) {
      YamlFields columns = fields.child("tasks");
      columns.names().forEach(task -> tasks.put(task, columns.string(task)));
    }
    return new Data(tasks, fields.number("text_prev_share"), fields.number("full_window_share"));
  }

  private static ObjectiveSettings objective(YamlFields fields) {
    fields.only(
        Set.of(
            "ctc_weight",
            "ctc_first",
            "label_smoothing",
            "dropout",
            "attention_dropout",
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

  private static AdamW.Settings optimizer(YamlFields fields) {
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

  private static LearningRate learningRate(YamlFields fields) {
    if (fields.has("peak")) {
      fields.only(Set.of("peak", "warmup"));
      return new LearningRate.Warmup(fields.number("peak"), fields.longInteger("warmup"));
    }
    fields.only(Set.of("steps", "rates"));
    List<Long> steps = new ArrayList<>();
    fields.numbers("steps").forEach(step -> steps.add(step.longValue()));
    return new LearningRate.PiecewiseLinearWarmup(steps, fields.numbers("rates"));
  }

  private static Schedule schedule(YamlFields fields) {
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
    return new Schedule(
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
