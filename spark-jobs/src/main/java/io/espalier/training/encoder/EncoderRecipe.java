package io.espalier.training.encoder;

import io.espalier.conf.Fields;
import io.espalier.conf.UsageException;
import io.espalier.context.EncoderKind;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LearningRate;
import io.espalier.training.recipe.RecipeFile;
import io.espalier.training.recipe.TrainRecipeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to train a context encoder: an ECAPA-TDNN that tells the values of a manifest's column apart.
 * See {@code conf/recipes/demo-speaker.yaml}.
 *
 * @param name of the encoder
 * @param kind what the encoder will be to a bundle
 * @param seed of every random choice
 * @param label column of the manifest
 * @param config ESPnet-SPK's keys of {@code config.yaml}
 * @param margin added to the angle of the right class, in radians
 * @param scale that cosines are multiplied with
 */
public record EncoderRecipe(
    String name,
    EncoderKind kind,
    long seed,
    String label,
    Map<String, Object> config,
    double margin,
    double scale,
    Augment augment,
    AdamW.Settings optimizer,
    LearningRate learningRate,
    Schedule schedule) {
  /**
   * What is done to features in training, so that the encoder does not only know this corpus.
   *
   * @param speeds factors of time, pitch and formants; to a speaker encoder each speed of a label
   *     is a class of its own
   * @param reverbShare share of the crops that get a room
   * @param reverbS shortest and longest reverberation time in seconds
   * @param gain standard deviation of the level, in nepers of the power
   * @param tilt standard deviation of a slope over the filters, from end to end
   * @param noiseShare share of the crops that get a noise floor
   * @param noiseDb lowest and highest ratio of the crop's mean power to the floor
   * @param filterMaskWidth most neighbouring filters that are blanked
   * @param timeMaskWidth most neighbouring frames that are blanked
   */
  public record Augment(
      List<Double> speeds,
      double reverbShare,
      List<Double> reverbS,
      double gain,
      double tilt,
      double noiseShare,
      List<Double> noiseDb,
      int filterMaskWidth,
      int timeMaskWidth) {}

  /**
   * How long to train.
   *
   * @param batchSize crops in a batch
   * @param cropFrames frames of a crop; shorter recordings are repeated
   * @param checkpointEvery steps between checkpoints
   */
  public record Schedule(
      int batchSize,
      int cropFrames,
      long maxSteps,
      int logEvery,
      int validateEvery,
      int checkpointEvery) {}

  /** How many classes there are for so many labels. */
  int classes(int labels) {
    return kind == EncoderKind.SPEAKER ? labels * (1 + augment.speeds().size()) : labels;
  }

  /** With another end. */
  public EncoderRecipe until(long steps) {
    Schedule shorter =
        new Schedule(
            schedule.batchSize(),
            schedule.cropFrames(),
            steps,
            schedule.logEvery(),
            schedule.validateEvery(),
            schedule.checkpointEvery());
    return new EncoderRecipe(
        name, kind, seed, label, config, margin, scale, augment, optimizer, learningRate, shorter);
  }

  /** Whether a recipe file is for a context encoder. */
  public static boolean isOne(Path file) throws IOException {
    return RecipeFile.read(file).has("encoder");
  }

  /** Reads a recipe file, and those that it is based on. */
  public static EncoderRecipe read(Path file) throws IOException {
    return read(RecipeFile.read(file));
  }

  static EncoderRecipe parse(String source, String yaml) {
    return read(Fields.parse(source, yaml));
  }

  private static EncoderRecipe read(Fields top) {
    Fields encoder = top.child("encoder");
    Fields objective = top.child("objective");
    EncoderRecipe recipe =
        new EncoderRecipe(
            top.string("name"),
            encoder.choice("kind", List.of(EncoderKind.values()), EncoderKind::key),
            top.longInteger("seed"),
            encoder.string("label"),
            encoder.map("config"),
            objective.number("margin"),
            objective.number("scale"),
            augment(top.child("augment")),
            TrainRecipeReader.optimizer(top.child("optimizer")),
            TrainRecipeReader.learningRate(top.child("learning_rate")),
            schedule(top.child("schedule")));
    top.finish(UsageException::new);
    return recipe;
  }

  private static Augment augment(Fields fields) {
    List<Double> speeds = fields.numbers("speeds");
    if (speeds.stream().anyMatch(speed -> speed <= 0)) {
      fields.wrong("speeds", "factors above 0", speeds);
    }
    return new Augment(
        speeds,
        fields.number("reverb_share", 0, 1),
        range(fields, "reverb_s", 0),
        fields.number("gain"),
        fields.number("tilt"),
        fields.number("noise_share", 0, 1),
        range(fields, "noise_db", Double.NEGATIVE_INFINITY),
        fields.integer("filter_mask_width", 0, Integer.MAX_VALUE),
        fields.integer("time_mask_width", 0, Integer.MAX_VALUE));
  }

  /** Two numbers above a limit, the lower one first. */
  private static List<Double> range(Fields fields, String name, double above) {
    List<Double> ends = fields.numbers(name, 2);
    if (!ends.isEmpty() && (ends.get(0) <= above || ends.get(0) > ends.get(1))) {
      String limit = Double.isFinite(above) ? " above " + above : "";
      fields.wrong(name, "[lowest, highest]" + limit, ends);
    }
    return ends;
  }

  private static Schedule schedule(Fields fields) {
    return new Schedule(
        fields.integer("batch_size", 1, Integer.MAX_VALUE),
        fields.integer("crop_frames", 1, Integer.MAX_VALUE),
        fields.longInteger("max_steps"),
        fields.integer("log_every", 1, Integer.MAX_VALUE),
        fields.integer("validate_every", 1, Integer.MAX_VALUE),
        fields.integer("checkpoint_every", 1, Integer.MAX_VALUE));
  }
}
