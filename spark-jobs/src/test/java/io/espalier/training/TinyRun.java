package io.espalier.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.search.Utterance;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureShardWriter;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.Spoken;
import io.espalier.training.recipe.TrainRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A training run of a few thousand parameters on made-up features: each word is a band of loud
 * filters, so that there is something to learn.
 */
public final class TinyRun {
  public static final String RECIPE =
      """
      name: tiny
      seed: 3
      model:
        config:
          frontend_conf: {fs: 16k, n_fft: 512, win_length: 400, hop_length: 160, n_mels: 20}
          encoder_conf:
            output_size: 16
            attention_heads: 2
            attention_layer_type: selfattn
            pos_enc_layer_type: abs_pos
            cgmlp_linear_units: 32
            cgmlp_conv_kernel: 3
            num_blocks: 2
            input_layer: conv2d
            use_ffn: true
            macaron_ffn: true
            ffn_activation_type: swish
            linear_units: 32
            merge_conv_kernel: 3
          decoder_conf: {attention_heads: 2, linear_units: 32, num_blocks: 1}
          model_conf: {ctc_weight: 0.3}
          preprocessor_conf: {speech_length: 1, last_time_symbol: none}
        symbols: [<na>, <eng>, <asr>, <notimestamps>]
        pieces: 20
      data: {text_prev_share: 0, full_window_share: 0.5}
      objective:
        {ctc_weight: 0.3, label_smoothing: 0.1, dropout: 0.1, attention_dropout: 0.1, precision: float32}
      spec_augment:
        {time_warp: 2, filter_masks: 1, filter_mask_width: 2, time_masks: 1, time_mask_ratio: 0.05}
      optimizer: {betas: [0.9, 0.98], epsilon: 1.0e-6, weight_decay: 0.01, clip_norm: 5}
      learning_rate: {peak: 5.0e-3, warmup: 10}
      schedule:
        batch_sizes: [4, 8]
        accumulate: 2
        max_steps: 30
        log_every: 5
        validate_every: 10
        validate_utterances: 2
        checkpoint_every: 10
        average: 2
        patience: 0
      """;

  private static final List<String> WORDS = List.of("ba", "do", "ki", "mu");
  static final int MELS = 20;
  private static final int FRAMES_PER_WORD = 14;

  private TinyRun() {}

  /** Trains in a directory, which may hold a run already: {@code TinyRun DIRECTORY STEPS}. */
  public static void main(String[] arguments) throws IOException {
    train(Path.of(arguments[0]), recipe().until(Long.parseLong(arguments[1])));
  }

  public static TrainRecipe recipe() {
    return TrainRecipe.parse("tiny", RECIPE);
  }

  /** Trains to the recipe's end; goes on if the directory holds a run. */
  static Bundle train(Path root, TrainRecipe recipe) throws IOException {
    return train(root, recipe, () -> false).orElseThrow();
  }

  /** Trains until it is asked to stop. */
  static Optional<Bundle> train(Path root, TrainRecipe recipe, BooleanSupplier stop)
      throws IOException {
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(1);
    RunDirectory directory = new RunDirectory(root);
    if (!TrainingModel.exists(directory.model())) {
      writeFeatures(directory.features("train"), 60, 1);
      writeFeatures(directory.features("valid"), 10, 2);
    }
    try (FeatureStore train = FeatureStore.open(directory.features("train"), MELS);
        FeatureStore valid = FeatureStore.open(directory.features("valid"), MELS)) {
      TrainingModel model =
          TrainingModel.exists(directory.model())
              ? TrainingModel.open(directory.model())
              : TrainingModel.create(
                  recipe, recipe.scratch().orElseThrow(), train, directory.model());
      Trainer.Corpus corpus = new Trainer.Corpus(train, valid, List.of(spoken("a"), spoken("b")));
      try (Trainer trainer =
          new Trainer(
              recipe, directory, model, corpus, new WordCount(), new Silent(), Device.cpu())) {
        return trainer.train(stop);
      }
    }
  }

  private static Spoken spoken(String id) {
    return new Spoken(new Utterance(id, new float[8000], "eng", "asr", null), "ba do");
  }

  private static void writeFeatures(Path directory, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    try (FeatureShardWriter shard = new FeatureShardWriter(directory, "part-0", MELS)) {
      for (int i = 0; i < count; i++) {
        List<String> words = new ArrayList<>();
        int length = 2 + random.nextInt(3);
        for (int w = 0; w < length; w++) {
          words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        Map<String, String> texts = Map.of(Example.REFERENCE, String.join(" ", words));
        int frames = words.size() * FRAMES_PER_WORD;
        Example example = new Example("u" + (100 + i), "eng", "asr", texts, frames);
        shard.add(example, features(words, random));
      }
      shard.complete();
    }
  }

  private static float[] features(List<String> words, SplittableRandom random) {
    float[] features = new float[words.size() * FRAMES_PER_WORD * MELS];
    for (int i = 0; i < features.length; i++) {
      int word = WORDS.indexOf(words.get(i / MELS / FRAMES_PER_WORD));
      boolean loud = i % MELS / 5 == word;
      features[i] = (loud ? -2 : -10) + (float) random.nextGaussian();
    }
    return features;
  }

  /** Counts words, which is all that these tests need to know. */
  private static final class WordCount implements Scorer {
    @Override
    public double wer(List<Pair> pairs) {
      return pairs.size();
    }

    @Override
    public double bleu(List<Pair> pairs) {
      return 100;
    }
  }

  private static final class Silent implements TrainingListener {
    @Override
    public void started(long step, long maxSteps, long trained, long fixed) {}

    @Override
    public void progress(long step, long maxSteps, Map<String, ? extends Number> values) {}

    @Override
    public void validated(long step, Map<String, ? extends Number> values) {}
  }
}
