package io.espalier.training.encoder;

import io.espalier.conf.YamlFields;
import io.espalier.files.Utf8Text;
import io.espalier.training.optimizer.AdamW;
import io.espalier.training.optimizer.LearningRate;
import io.espalier.training.recipe.TrainRecipeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to train a context encoder: an ECAPA-TDNN that tells the values of a manifest's column apart.
 * See {@code conf/recipes/demo-speaker.yaml}.
 *
 * @param name of the encoder
 * @param kind {@code speaker} or {@code event}: what the encoder will be to a bundle
 * @param seed of every random choice
 * @param label column of the manifest
 * @param config ESPnet-SPK's keys of {@code config.yaml}
 * @param margin added to the angle of the right class, in radians
 * @param scale that cosines are multiplied with
 */
public record EncoderRecipe(
    String name,
    String kind,
    long seed,
    String label,
    Map<String, Object> config,
    double margin,
    double scale,
    Augment augment,
    AdamW.Settings optimizer,
    LearningRate learningRate,
    Schedule schedule) {
  private static final Set<String> KINDS = Set.of("speaker", "event");

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
    return kind.equals("speaker") ? labels * (1 + augment.speeds().size()) : labels;
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
    return YamlFields.parse(file.toString(), Utf8Text.read(file)).has("encoder");
  }

  /** Reads a recipe file. */
  public static EncoderRecipe read(Path file) throws IOException {
    return parse(file.toString(), Utf8Text.read(file));
  }

  static EncoderRecipe parse(String source, String yaml) {
    YamlFields top =
        YamlFields.parse(source, yaml)
            .only(
                Set.of(
                    "name",
                    "seed",
                    "encoder",
                    "objective",
                    "augment",
                    "optimizer",
                    "learning_rate",
                    "schedule"));
    YamlFields encoder = top.child("encoder").only(Set.of("kind", "label", "config"));
    if (!KINDS.contains(encoder.string("kind"))) {
      throw encoder.wrong("kind", "speaker or event", encoder.string("kind"));
    }
    Map<String, Object> config = new LinkedHashMap<>();
    YamlFields keys = encoder.child("config");
    keys.names().forEach(key -> config.put(key, keys.raw(key)));
    YamlFields objective = top.child("objective").only(Set.of("margin", "scale"));
    return new EncoderRecipe(
        top.string("name"),
        encoder.string("kind"),
        top.longInteger("seed"),
        encoder.string("label"),
        config,
        objective.number("margin"),
        objective.number("scale"),
        augment(top.child("augment")),
        TrainRecipeReader.optimizer(top.child("optimizer")),
        TrainRecipeReader.learningRate(top.child("learning_rate")),
        schedule(top.child("schedule")));
  }

  private static Augment augment(YamlFields fields) {
    fields.only(
        Set.of(
            "speeds",
            "reverb_share",
            "reverb_s",
            "gain",
            "tilt",
            "noise_share",
            "noise_db",
            "filter_mask_width",
            "time_mask_width"));
    List<Double> speeds = fields.numbers("speeds");
    if (speeds.stream().anyMatch(speed -> speed <= 0)) {
      throw fields.wrong("speeds", "factors above 0", speeds);
    }
    return new Augment(
        speeds,
        fields.number("reverb_share"),
        range(fields, "reverb_s", 0),
        fields.number("gain"),
        fields.number("tilt"),
        fields.number("noise_share"),
        range(fields, "noise_db", Double.NEGATIVE_INFINITY),
        fields.integer("filter_mask_width"),
        fields.integer("time_mask_width"));
  }

  /** Two numbers above a limit, the lower one first. */
  private static List<Double> range(YamlFields fields, String name, double above) {
    List<Double> ends = fields.numbers(name);
    if (ends.size() != 2 || ends.get(0) <= above || ends.get(0) > ends.get(1)) {
      String limit = Double.isFinite(above) ? " above " + above : "";
      throw fields.wrong(name, "[lowest, highest]" + limit, ends);
    }
    return ends;
  }

  private static Schedule schedule(YamlFields fields) {
    fields.only(
        Set.of(
            "batch_size",
            "crop_frames",
            "max_steps",
            "log_every",
            "validate_every",
            "checkpoint_every"));
    return new Schedule(
        positive(fields, "batch_size"),
        positive(fields, "crop_frames"),
        fields.longInteger("max_steps"),
        positive(fields, "log_every"),
        positive(fields, "validate_every"),
        positive(fields, "checkpoint_every"));
  }

  private static int positive(YamlFields fields, String name) {
    int value = fields.integer(name);
    if (value < 1) {
      throw fields.wrong(name, "at least 1", value);
    }
    return value;
  }
}
