package io.espalier.training.recipe;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.BatchPlan;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.objective.GateSettings;
import io.espalier.training.objective.ObjectiveSettings;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LearningRate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What and how to train; the data are named on the command line. See {@code
 * conf/recipes/demo.yaml}.
 *
 * @param name of the trained model
 * @param seed of every random choice
 * @param scratch the model to start from random parameters; absent to start from a bundle
 * @param frozen parameters whose whole name matches one of these are not trained
 * @param gates how modules are pruned; absent for a dense model
 */
public record TrainRecipe(
    String name,
    long seed,
    Optional<Scratch> scratch,
    List<Pattern> frozen,
    Data data,
    ObjectiveSettings objective,
    Optional<GateSettings> gates,
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
   * @param languageShare share of the examples whose language an OWSM-CTC is told
   * @param wrongShare share of the text's tokens in whose place the decoder is given another one
   * @param fullWindowShare share of the batches that are padded to a whole window
   * @param padding what the other batches are padded to
   */
  public record Data(
      Map<String, String> tasks,
      double textPrevShare,
      double languageShare,
      double wrongShare,
      double fullWindowShare,
      BatchFrames.Rest padding) {}

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
    }

    /** Utterances in a batch of that epoch; epochs count from 0. */
    public int batchSize(int epoch) {
      return batchSizes.get(Math.min(epoch, batchSizes.size() - 1));
    }

    /** Steps until the end, for a corpus of that many examples. */
    public long steps(int examples) {
      long steps = 0;
      for (int epoch = 0; epoch < maxEpochs && steps < maxSteps; epoch++) {
        int more = BatchPlan.count(examples, batchSize(epoch)) / accumulate;
        if (more == 0) {
          throw new UsageException(
              String.format(
                  Locale.ROOT,
                  "Cannot train: %d examples make no step of %d batches of %d",
                  examples,
                  accumulate,
                  batchSize(epoch)));
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
        gates,
        augment,
        optimizer,
        learningRate,
        schedule.until(steps));
  }

  /** Reads a recipe file, and those that it is based on. */
  public static TrainRecipe read(Path file) throws IOException {
    return TrainRecipeReader.read(RecipeFile.read(file));
  }

  /** Reads a recipe that is at hand and based on no other. */
  public static TrainRecipe parse(String source, String yaml) {
    return TrainRecipeReader.read(Fields.parse(source, yaml));
  }
}
