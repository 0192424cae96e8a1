package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.WindowShape;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.training.data.Batch;
import io.espalier.training.data.BatchFrames;
import io.espalier.training.data.Example;
import io.espalier.training.data.FeatureExtractor;
import io.espalier.training.data.FeatureShardWriter;
import io.espalier.training.data.FeatureStore;
import io.espalier.training.data.Normalization;
import io.espalier.training.data.SpecAugment;
import io.espalier.training.data.TextTargets;
import io.espalier.training.tokenizer.BpeTrainer;
import io.espalier.training.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchMakerTest {
  private static final int WINDOW = 50;
  private static final Normalization HALVES =
      new Normalization(new float[] {1, 1}, new float[] {2, 2});

  @TempDir private Path directory;
  private Tokenizer tokenizer;
  private TokenTable tokens;
  private FeatureStore store;

  @BeforeEach
  void makeTwoUtterances() throws IOException {
    SentencePieceModel model =
        new SentencePieceModel(
            List.of("<na>", "<eng>", "<asr>", "<notimestamps>"),
            BpeTrainer.train(List.of("a b c"), 4));
    model.write(directory.resolve("bpe.model"));
    tokens = new TokenTable(model.tokenList());
    tokenizer = new Tokenizer(directory.resolve("bpe.model"), tokens);
    try (FeatureShardWriter shard = new FeatureShardWriter(directory, "part-0", 2)) {
      shard.add(example("long", 30, "a b c"), filled(30, 5));
      shard.add(example("short", 20, "a"), filled(20, 3));
      shard.complete();
    }
    store = FeatureStore.open(directory, 2);
  }

  @AfterEach
  void close() throws IOException {
    tokenizer.close();
    store.close();
  }

  @Test
  void speechIsNormalisedAndFollowedBySilence() throws IOException {
    Batch batch = maker(0).train(new int[] {0, 1}, 1, new SplittableRandom(1));
    float silence = (FeatureExtractor.SILENCE - 1) / 2;
    assertThat(batch.features()).hasSize(2 * 30 * 2);
    for (int t = 0; t < 30; t++) {
      assertThat(batch.features()[t * 2]).isEqualTo(2);
      assertThat(batch.features()[(30 + t) * 2]).isEqualTo(t < 20 ? 1 : silence);
    }
  }

  @Test
  void aShareOfTheBatchesShowsTheWholeWindow() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    int whole = 0;
    for (int i = 0; i < 200; i++) {
      int frames = maker(0.25).train(new int[] {0, 1}, 1, random).features().length / 4;
      assertThat(frames).isBetween(30, WINDOW);
      whole += frames == WINDOW ? 1 : 0;
    }
    assertThat(whole).isBetween(30, 70);
  }

  @Test
  void measuringSeesTheWholeWindow() throws IOException {
    Batch batch = maker(0).evaluate(new int[] {1});
    assertThat(batch.features()).hasSize(WINDOW * 2);
  }

  @Test
  void shorterTextsArePaddedWithWhatIsNotAskedFor() throws IOException {
    Batch batch = maker(0).evaluate(new int[] {0, 1});
    int length = batch.tokens().length / 2;
    int shortText = tokenizer.encode("a").length;
    assertThat(batch.ctcLengths()).containsExactly(tokenizer.encode("a b c").length, shortText);
    assertThat(batch.targets()[length + 3 + shortText]).isEqualTo(tokens.eos());
    for (int i = length + 4 + shortText; i < 2 * length; i++) {
      assertThat(batch.targets()[i]).isEqualTo(-1);
    }
  }

  private BatchMaker maker(double fullWindowShare) {
    TextTargets texts = new TextTargets(tokenizer, tokens, Map.of(), 0);
    BatchFrames frames =
        new BatchFrames(WindowShape.of(0.49), fullWindowShare, BatchFrames.Rest.VARIED);
    return new BatchMaker(store, HALVES, texts, SpecAugment.NONE, frames, Optional.empty());
  }

  private static Example example(String id, int frames, String text) {
    return new Example(id, "eng", "asr", Map.of(Example.REFERENCE, text), frames);
  }

  private static float[] filled(int frames, float value) {
    float[] features = new float[frames * 2];
    Arrays.fill(features, value);
    return features;
  }
}
