package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.Kernels;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.ctc.LoadedOwsmCtc;
import io.espalier.training.tokenizer.BpeTrainer;
import io.espalier.training.tokenizer.SentencePieceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever the model, the padding, the gates, the search and the audio: an utterance's GFLOPs, each
 * part of them to the last digit, are those of the utterance alone, in whatever batches and in
 * whatever order others come with it.
 */
class CostPropertyTest {
  private static final int RATE = 16_000;
  private static final double WINDOW_S = 0.6;
  private static final int UTTERANCES = 4;
  private static final int[] BEAMS = {1, 2, 4};
  private static final String[] REDUCTIONS = {"drop:0.4@1", "merge:0.6@1", "keep", "keep"};

  /** Shared by all models, whose kernels are then compiled once. */
  private static NDManager manager;

  private static Kernels kernels;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    manager = NDManager.newBaseManager("PyTorch");
    JniUtils.setGradMode(false);
    // The models are so small that threads would only wait for each other.
    JniUtils.setNumThreads(1);
    kernels = Kernels.load(manager);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /** A model of either kind with all that it takes to decode. */
  private record Loaded(
      OwsmConfig config, boolean isCtc, Function<Decoding, Transcriber> transcribers) {}

  /** Draws a model with predictors of some kind. */
  @FunctionalInterface
  private interface Drawing {
    Loaded draw(FrameView view, Random random);
  }

  private enum Gates {
    OPEN,
    RANDOM,
    LEARNED
  }

  @Test
  void anUtteranceOfAnEncoderDecoderCostsWhatItCostsAlone() {
    check(
        (view, random) -> {
          RandomOwsm owsm = RandomOwsm.draw(manager, kernels, random);
          OwsmConfig config = owsm.model().config();
          LoadedOwsm loaded =
              new LoadedOwsm(
                  owsm.model(),
                  owsm.tokens(),
                  tokenizer(owsm.tokens()),
                  predictor(config, view, random));
          return new Loaded(config, false, loaded::transcriber);
        });
  }

  @Test
  void anUtteranceOfAnOwsmCtcCostsWhatItCostsAlone() {
    check(
        (view, random) -> {
          RandomOwsmCtc owsm = RandomOwsmCtc.draw(manager, kernels, random);
          OwsmConfig config = owsm.model().config();
          LoadedOwsmCtc loaded =
              new LoadedOwsmCtc(
                  owsm.model(),
                  owsm.tokens(),
                  tokenizer(owsm.tokens()),
                  predictor(config, view, random));
          return new Loaded(config, true, loaded::transcriber);
        });
  }

  @Test
  void aLanguageCostsWhatItCostsAlone() {
    Random random = new Random(5);
    RandomOwsm owsm = RandomOwsm.draw(manager, kernels, random);
    LanguageIdentifier identifier = new LanguageIdentifier(owsm.model(), owsm.tokens());
    List<float[]> recordings = new ArrayList<>();
    for (int i = 0; i < UTTERANCES; i++) {
      recordings.add(sound(random, 1000 + random.nextInt(2 * RATE)));
    }
    List<Long> alone =
        recordings.stream().map(one -> identifier.identify(List.of(one)).get(0).flops()).toList();
    assertThat(identifier.identify(recordings).stream().map(SpokenLanguage::flops).toList())
        .isEqualTo(alone);
  }

  private static void check(Drawing drawing) {
    Tally tally = new Tally();
    int models = 0;
    for (FrameView view : PredictorCounter.views().toList()) {
      Random random = new Random(models);
      Loaded loaded = drawing.draw(view, random);
      for (Padding padding : Padding.values()) {
        List<Gates> choices = new ArrayList<>(List.of(Gates.LEARNED));
        if (padding.ordinal() == models % Padding.values().length) {
          // What predictors look at does not matter to these, so each model has a part of them.
          choices.addAll(List.of(Gates.OPEN, Gates.RANDOM));
        }
        for (Gates gates : choices) {
          Decoding decoding = decoding(loaded, padding, gates, random);
          compare(loaded, decoding, view + ", " + decoding, random, tally);
        }
      }
      models++;
    }
    System.out.println(tally);
    tally.check();
  }

  private static void compare(
      Loaded loaded, Decoding decoding, String name, Random random, Tally tally) {
    List<Utterance> utterances = new ArrayList<>();
    for (int i = 0; i < UTTERANCES; i++) {
      utterances.add(utterance(i, random));
    }
    Map<String, Outcome> alone = new TreeMap<>();
    utterances.forEach(one -> alone.putAll(decoded(loaded, decoding, 1, List.of(one))));
    for (int turn = 0; turn < 2; turn++) {
      Collections.shuffle(utterances, random);
      int batch = 2 + random.nextInt(utterances.size() - 1);
      Map<String, Outcome> together = decoded(loaded, decoding, batch, utterances);
      assertThat(together).hasSameSizeAs(alone);
      alone.forEach((id, own) -> tally.compare(own, together.get(id), name + ", " + batch));
    }
  }

  private static Map<String, Outcome> decoded(
      Loaded loaded, Decoding decoding, int batch, List<Utterance> utterances) {
    Decoding batched =
        new Decoding(
            decoding.options(),
            decoding.gates(),
            decoding.padding(),
            batch * WINDOW_S,
            decoding.windowContextS(),
            decoding.frames(),
            decoding.words(),
            decoding.skipSilence());
    Map<String, Outcome> byId = new LinkedHashMap<>();
    try (Transcriber transcriber = loaded.transcribers().apply(batched)) {
      transcriber
          .transcribe(utterances.iterator())
          .forEachRemaining(outcome -> byId.put(outcome.id(), outcome));
    }
    return byId;
  }

  /** What was compared. */
  private static final class Tally {
    private int rows;
    private int alike;
    private int failed;
    private int silent;
    private int words;
    private int segments;
    private int closed;

    void compare(Outcome own, Outcome other, String name) {
      if (!(own instanceof Transcribed one) || !(other instanceof Transcribed two)) {
        failed++;
        assertThat(other.getClass()).as(name).isEqualTo(own.getClass());
        return;
      }
      rows++;
      silent += one.gates() == null ? 1 : 0;
      words += one.words().isEmpty() ? 0 : 1;
      segments += one.segments().size() > 1 ? 1 : 0;
      closed += one.gates() != null && one.gates().openEncoder() < 1 ? 1 : 0;
      if (one.text().equals(two.text())
          && one.tokens() == two.tokens()
          && one.segments().equals(two.segments())
          && Objects.equals(one.gates(), two.gates())) {
        alike++;
        assertThat(two.gflops()).as("%s of %s", one.id(), name).isEqualTo(one.gflops());
      }
    }

    /** Enough of everything, and hardly a row that was decided by the noise of sums. */
    void check() {
      assertThat(alike).isGreaterThan(rows * 99 / 100);
      assertThat(failed).isLessThan(rows / 10);
      assertThat(silent).isPositive();
      assertThat(words).isPositive();
      assertThat(closed).isGreaterThan(rows / 4);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d rows, %d said the same, %d failed, %d silent, %d with words, %d of segments, %d"
              + " gated",
          rows,
          alike,
          failed,
          silent,
          words,
          segments,
          closed);
    }
  }

  private static Decoding decoding(Loaded loaded, Padding padding, Gates gates, Random random) {
    GateChoice choice =
        switch (gates) {
          case OPEN -> new GateChoice.Open();
          case RANDOM ->
              new GateChoice.Random(loaded.isCtc() ? "random:0.7/0:3" : "random:0.7/0.6:3");
          case LEARNED -> GateChoice.Learned.DEFAULTS;
        };
    boolean reduces = gates == Gates.OPEN && !loaded.isCtc();
    FrameChoice frames =
        reduces
            ? FrameChoice.parse(REDUCTIONS[random.nextInt(REDUCTIONS.length)])
            : FrameChoice.KEEP;
    boolean words = !frames.isReducing() && random.nextInt(3) == 0;
    boolean skips = random.nextInt(4) == 0;
    return new Decoding(
        options(loaded.isCtc(), random), choice, padding, WINDOW_S, 0.1, frames, words, skips);
  }

  private static DecodingOptions options(boolean isCtc, Random random) {
    boolean timestamps = !isCtc && random.nextInt(4) == 0;
    boolean asksCtc = !timestamps && random.nextBoolean();
    return new DecodingOptions(
        BEAMS[random.nextInt(BEAMS.length)],
        asksCtc ? isCtc ? 1 : 0.3 : 0,
        -6,
        0,
        0,
        false,
        timestamps,
        random.nextBoolean(),
        29.0,
        0.2);
  }

  private static Utterance utterance(int place, Random random) {
    boolean isLong = random.nextInt(5) == 0;
    int length = isLong ? RATE * 2 / 3 + random.nextInt(RATE / 2) : 2000 + random.nextInt(RATE / 2);
    float[] samples = random.nextInt(6) == 0 ? new float[length] : sound(random, length);
    return new Utterance(
        "u" + place,
        samples,
        random.nextInt(3) == 0 ? null : "eng",
        random.nextInt(4) == 0 ? "st_eng" : "asr",
        random.nextInt(3) == 0 ? "a b ".repeat(random.nextInt(4)) : null,
        new UtteranceContext(
            random.nextInt(3) == 0 ? null : new float[] {1, place, 2, -1, 3, 1},
            new float[] {place, 2, 1, -3},
            random.nextBoolean() ? Double.NaN : 0.5,
            random.nextInt(1_000_000),
            random.nextInt(1_000_000)));
  }

  private static float[] sound(Random random, int length) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.1 * random.nextGaussian() * Math.sin(i / 700.0));
    }
    return samples;
  }

  private static Optional<GatePredictor> predictor(
      OwsmConfig config, FrameView view, Random random) {
    return Optional.of(
        RandomPredictor.of(
            manager,
            config,
            List.of("eng", "deu"),
            List.of("asr", "st_eng"),
            view,
            random.nextInt()));
  }

  private Tokenizer tokenizer(TokenTable tokens) {
    Path file = directory.resolve("bpe.model");
    try {
      new SentencePieceModel(List.of("<na>"), BpeTrainer.train(List.of("a b c"), 4)).write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Tokenizer tokenizer = new Tokenizer(file, tokens);
    manager.attachInternal(UUID.randomUUID().toString(), tokenizer);
    return tokenizer;
  }
}
