package io.espalier.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonParser;
import io.espalier.checkpoint.ContextBundle;
import io.espalier.checkpoint.EncoderBundleWriter;
import io.espalier.conf.UsageException;
import io.espalier.context.ContextEncoder;
import io.espalier.context.EncoderKind;
import io.espalier.context.EventClasses;
import io.espalier.context.SpeakerConfig;
import io.espalier.nn.Kernels;
import io.espalier.training.RunDirectory;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureShardWriter;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.FrameSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Context encoders that are trained here run in the inference code. */
class EncoderTrainerTest {
  private static final int RATE = 16_000;
  private static final String RECIPE =
      """
      name: tiny
      seed: 4
      encoder:
        kind: event
        label: condition
        config:
          frontend: melspec_torch
          frontend_conf: {preemp: false, hop_length: 320, n_mels: 20, log: true, normalize: mn}
          encoder: ecapa_tdnn
          encoder_conf: {model_scale: 2, ndim: 16, output_size: 24}
          pooling: chn_attn_stat
          pooling_conf: {hidden_size: 8}
          projector: rawnet3
          projector_conf: {output_size: 6}
      objective: {margin: 0.1, scale: 10}
      augment:
        {speeds: [1.1], reverb_share: 0.2, reverb_s: [0.1, 0.3], gain: 0.5, tilt: 0.2, noise_share: 0.2, noise_db: [20, 30], filter_mask_width: 2, time_mask_width: 4}
      optimizer: {betas: [0.9, 0.98], epsilon: 1.0e-6, weight_decay: 0.01, clip_norm: 5}
      learning_rate: {peak: 5.0e-3, warmup: 10}
      schedule: {batch_size: 12, crop_frames: 40, max_steps: 60, log_every: 20, validate_every: 60, checkpoint_every: 30}
      """;

  private static final String SHORT =
      RECIPE
          .replace("max_steps: 60, log_every: 20", "max_steps: 12, log_every: 2")
          .replace("checkpoint_every: 30", "checkpoint_every: 5")
          .replace("kind: event", "kind: speaker");

  @TempDir private Path directory;

  @Test
  void theTrainedEncoderIsTheOneThatRuns() throws IOException {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(1);
    EncoderRecipe recipe = EncoderRecipe.parse("tiny", RECIPE);
    SpeakerConfig config =
        EncoderBundleWriter.shape(directory.resolve("config.yaml"), recipe.config());
    write(config, "train", 48, 1);
    write(config, "valid", 12, 2);
    try (FeatureStore train = FeatureStore.open(directory.resolve("train"), 20);
        FeatureStore valid = FeatureStore.open(directory.resolve("valid"), 20);
        EncoderTrainer trainer = trainer(recipe, "run", config, train, valid);
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      EncoderTrainer.Trained trained = trainer.train(() -> false).orElseThrow();
      ContextBundle bundle =
          EncoderBundleWriter.write(
              directory.resolve("bundle"),
              EncoderKind.EVENT,
              recipe.config(),
              trained.classes(),
              trained.parameters(),
              Map.of("name", "tiny"));
      JniUtils.setGradMode(false);
      ContextEncoder encoder = bundle.loadEvent(manager, Kernels.load(manager)).orElseThrow();
      EventClasses classes = bundle.eventClasses().orElseThrow();
      EncoderCrops crops = new EncoderCrops(recipe.augment(), config.frontend());
      SplittableRandom random = new SplittableRandom(3);
      int right = 0;
      for (int i = 0; i < 12; i++) {
        float[] samples = samples(i % 3, RATE + i * 500, random);
        float[] vector = encoder.encode(List.of(samples)).get(0).vector();
        try (FrameSource.Extractor frames = new FrameSource.Ecapa(config.frontend()).open()) {
          float[] whole = crops.whole(frames.extract(samples));
          Shape shape = new Shape(1, 20, whole.length / 20);
          float[] expected = trainer.embedding(manager, manager.create(whole, shape));
          for (int k = 0; k < vector.length; k++) {
            assertThat(vector[k]).isCloseTo(expected[k], within(1e-4f));
          }
        }
        right += classes.nearest(vector).equals("tone" + i % 3) ? 1 : 0;
      }
      assertThat(right).isGreaterThanOrEqualTo(11);
      JniUtils.setGradMode(true);
    }
  }

  @Test
  void aColumnThatSaysNothingIsRefused() throws IOException {
    Engine.getEngine("PyTorch");
    String yaml = RECIPE.replace("label: condition", "label: weather");
    EncoderRecipe recipe = EncoderRecipe.parse("tiny", yaml);
    SpeakerConfig config =
        EncoderBundleWriter.shape(directory.resolve("config.yaml"), recipe.config());
    write(config, "train", 3, 1);
    try (FeatureStore train = FeatureStore.open(directory.resolve("train"), 20)) {
      assertThatThrownBy(() -> trainer(recipe, "run", config, train, train))
          .isInstanceOf(UsageException.class)
          .hasMessage("Cannot train tiny on u0: it has no weather");
    }
  }

  @Test
  void aRunInPiecesEqualsAnUninterruptedOne() throws IOException {
    EncoderRecipe recipe = EncoderRecipe.parse("tiny", SHORT);
    Map<String, float[]> whole = train(recipe, "whole");
    train(recipe.until(3), "pieces");
    AtomicInteger asked = new AtomicInteger();
    assertThat(train(recipe, "pieces", () -> asked.getAndIncrement() >= 2)).isEmpty();
    assertThat(directory.resolve("pieces/checkpoints/step-00000005")).exists();
    train(recipe.until(7), "pieces");
    // As a kill at step 7 leaves it: the newest checkpoint is that of step 5.
    Path last = directory.resolve("pieces/checkpoints/step-00000007");
    Files.delete(last.resolve("state.json"));
    Files.delete(last.resolve("tensors.safetensors"));
    Files.delete(last);
    Map<String, float[]> pieces = train(recipe, "pieces");
    assertThat(pieces.keySet()).isEqualTo(whole.keySet());
    whole.forEach((name, values) -> assertThat(pieces.get(name)).as(name).isEqualTo(values));
    String tensors = "checkpoints/step-00000012/tensors.safetensors";
    assertThat(directory.resolve("pieces").resolve(tensors))
        .hasSameBinaryContentAs(directory.resolve("whole").resolve(tensors));
    for (String run : List.of("whole", "pieces")) {
      assertThat(steps(run, "train")).as(run).containsExactly(2, 4, 6, 8, 10, 12);
    }
  }

  @Test
  void theNewestTwoCheckpointsAreKept() throws IOException {
    train(EncoderRecipe.parse("tiny", SHORT), "run");
    try (Stream<Path> checkpoints = Files.list(directory.resolve("run/checkpoints"))) {
      assertThat(checkpoints.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("step-00000010", "step-00000012");
    }
  }

  @Test
  void aFinishedRunGivesItsResultAgain() throws IOException {
    EncoderRecipe recipe = EncoderRecipe.parse("tiny", SHORT);
    Map<String, float[]> first = train(recipe, "run");
    Map<String, float[]> again = train(recipe, "run");
    first.forEach((name, values) -> assertThat(again.get(name)).as(name).isEqualTo(values));
  }

  @Test
  void aRunOfAnotherNetworkIsRefused() throws IOException {
    train(EncoderRecipe.parse("tiny", SHORT).until(1), "run");
    EncoderRecipe wider =
        EncoderRecipe.parse("tiny", SHORT.replace("output_size: 24", "output_size: 28"));
    assertThatThrownBy(() -> train(wider, "run"))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot resume tiny: its checkpoint has ")
        .hasMessageEndingWith("Give another output directory");
  }

  private Map<String, float[]> train(EncoderRecipe recipe, String run) throws IOException {
    return train(recipe, run, () -> false).orElseThrow().parameters();
  }

  private Optional<EncoderTrainer.Trained> train(
      EncoderRecipe recipe, String run, BooleanSupplier stop) throws IOException {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(1);
    SpeakerConfig config =
        EncoderBundleWriter.shape(directory.resolve("config.yaml"), recipe.config());
    if (!Files.exists(directory.resolve("train"))) {
      write(config, "train", 12, 1);
    }
    try (FeatureStore train = FeatureStore.open(directory.resolve("train"), 20);
        EncoderTrainer trainer = trainer(recipe, run, config, train, train)) {
      return trainer.train(stop);
    }
  }

  private EncoderTrainer trainer(
      EncoderRecipe recipe,
      String run,
      SpeakerConfig config,
      FeatureStore train,
      FeatureStore valid)
      throws IOException {
    RunDirectory root = new RunDirectory(directory.resolve(run));
    return new EncoderTrainer(
        recipe, root, config, train, valid, Device.cpu(), new PrintWriter(Writer.nullWriter()));
  }

  private List<Integer> steps(String run, String kind) throws IOException {
    return Files.readAllLines(directory.resolve(run).resolve("metrics.jsonl")).stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.get("kind").getAsString().equals(kind))
        .map(line -> line.get("step").getAsInt())
        .toList();
  }

  private void write(SpeakerConfig config, String name, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Path target = Files.createDirectories(directory.resolve(name));
    try (FeatureShardWriter shard = new FeatureShardWriter(target, "part-0", 20);
        FrameSource.Extractor frames = new FrameSource.Ecapa(config.frontend()).open()) {
      for (int i = 0; i < count; i++) {
        float[] features = frames.extract(samples(i % 3, RATE + 100 * i, random));
        Map<String, String> texts = Map.of("condition", "tone" + i % 3);
        shard.add(new Example("u" + i, "eng", "asr", texts, features.length / 20), features);
      }
      shard.complete();
    }
  }

  /** A tone that comes and goes at a speed of its class, in noise. */
  private static float[] samples(int kind, int length, SplittableRandom random) {
    float[] samples = new float[length];
    double start = random.nextDouble();
    for (int i = 0; i < length; i++) {
      boolean on = (i / (RATE / (4.0 + 6 * kind)) + start) % 1 < 0.5;
      double tone = on ? 0.3 * Math.sin(2 * Math.PI * (300 + 700 * kind) * i / RATE) : 0;
      samples[i] = (float) (tone + 0.01 * random.nextGaussian());
    }
    return samples;
  }
}
