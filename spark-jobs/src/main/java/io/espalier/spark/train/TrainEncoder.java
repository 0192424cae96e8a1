package io.espalier.spark.train;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.EncoderBundleWriter;
import io.espalier.context.EncoderKind;
import io.espalier.context.SpeakerConfig;
import io.espalier.spark.stop.StoppedException;
import io.espalier.spark.task.AudioRules;
import io.espalier.training.RunDirectory;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.FrameSource;
import io.espalier.training.encoder.EncoderRecipe;
import io.espalier.training.encoder.EncoderTrainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * {@code espalier train} for a context encoder: Spark extracts features, then the driver trains.
 */
public final class TrainEncoder {
  /** Limit of a recording: its first minutes are enough to recognise the speaker. */
  private static final int MAX_SAMPLES = 120 * 16_000;

  private final SparkSession spark;
  private final EncoderRecipe recipe;
  private final AudioRules audio;
  private final String device;
  private final PrintWriter out;

  /**
   * @param audio which audio may be read
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param out receives progress
   */
  public TrainEncoder(
      SparkSession spark, EncoderRecipe recipe, AudioRules audio, String device, PrintWriter out) {
    this.spark = spark;
    this.recipe = recipe;
    this.audio = audio;
    this.device = device;
    this.out = out;
  }

  /**
   * Starts or resumes training, to the end of the recipe.
   *
   * @param trainManifest what to learn from
   * @param validManifest what to measure on
   * @param output directory of the run; an existing run is resumed
   * @return a bundle of this encoder alone
   * @throws StoppedException if the process was asked to end before
   */
  public ContextBundle run(String trainManifest, String validManifest, Path output, int threads)
      throws IOException {
    RunDirectory directory = new RunDirectory(output);
    Device onto = TrainDevice.of(device);
    SpeakerConfig config =
        EncoderBundleWriter.shape(directory.model().resolve("config.yaml"), recipe.config());
    FrameSource frames = new FrameSource.Ecapa(config.frontend());
    FeatureJob job = new FeatureJob(spark, Set.of(recipe.label()), audio);
    Path train = directory.features("train");
    Path valid = directory.features("valid");
    out.println(job.extract(trainManifest, Optional.empty(), train, frames, MAX_SAMPLES));
    out.println(job.extract(validManifest, Optional.empty(), valid, frames, MAX_SAMPLES));
    out.flush();
    JniUtils.setNumThreads(threads);
    try (FeatureStore trainStore = FeatureStore.open(train, frames.mels());
        FeatureStore validStore = FeatureStore.open(valid, frames.mels());
        EncoderTrainer trainer =
            new EncoderTrainer(recipe, directory, config, trainStore, validStore, onto, out)) {
      EncoderTrainer.Trained trained = TrainStop.heed(trainer::train, trainer::step);
      boolean event = recipe.kind() == EncoderKind.EVENT;
      Map<String, Object> card = new LinkedHashMap<>();
      card.put("name", recipe.name());
      card.put("seed", recipe.seed());
      card.put("steps", recipe.schedule().maxSteps());
      card.put("classes", trained.classes().size());
      return EncoderBundleWriter.write(
          directory.bundle(),
          recipe.kind(),
          recipe.config(),
          event ? trained.classes() : List.of(),
          trained.parameters(),
          card);
    }
  }
}
