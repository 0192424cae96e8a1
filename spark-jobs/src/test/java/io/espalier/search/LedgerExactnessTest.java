package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.espalier.ProductCounter;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Kernels;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the ledger says is what was multiplied: every kernel that runs tells the shapes of its
 * arguments, and the FLOPs of the matrix products and convolutions in its text are added up from
 * those alone. That holds for utterances that are decoded one by one. In a batch each is charged
 * the same, whatever its neighbours make the kernels compute besides.
 */
class LedgerExactnessTest {
  private static final int RATE = 16_000;
  private static final List<Padding> PADDINGS = List.of(Padding.values());

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theLedgerIsTheSumOfAllProductsOneByOneAndTheSameInBatches(ReferenceSet set) {
    ProductCounter counter = new ProductCounter();
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      for (int seed = 0; seed < 10; seed++) {
        String shares =
            String.format(Locale.ROOT, "random:0.%d/0.%d:%d", 2 + seed % 7, 3 + seed % 6, seed);
        GateChoice gates = new GateChoice.Random(shares);
        Padding padding = PADDINGS.get(seed % PADDINGS.size());
        boolean greedy = seed % 2 == 0;
        DecodingOptions options =
            new DecodingOptions(
                greedy ? 1 : 6, greedy ? 0 : 0.3, -24, 0, 0, false, false, false, 29.0, 0.2);
        counter.reset();
        Map<String, Long> alone = transcribe(reference, options, gates, padding, 1);
        long sum = alone.values().stream().mapToLong(flops -> flops).sum();
        String name = shares + ", " + padding + ", " + options;
        assertThat(sum).as(name).isEqualTo(counter.flops());
        assertThat(sum).isPositive();
        assertThat(transcribe(reference, options, gates, padding, 2 + seed % 3))
            .as(name)
            .isEqualTo(alone);
      }
      assertThat(counter.packed()).as("layers whose slots were cleared").isPositive();
    }
  }

  static List<Arguments> predictors() {
    return sets().stream()
        .flatMap(set -> PredictorCounter.views().map(view -> Arguments.of(set, view)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("predictors")
  void thePredictorsProductsAreInTheLedgerToo(ReferenceSet set, FrameView view) {
    ProductCounter counter = new ProductCounter();
    try (ReferenceModel reference =
            ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter));
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      PredictorCounter predictors = new PredictorCounter();
      GatePredictor predictor =
          PredictorCounter.predictor(manager, reference.model().config(), view);
      Optional<GatePredictor> observed = Optional.of(predictor.observed(predictors));
      GateChoice gates = GateChoice.Learned.DEFAULTS;
      DecodingOptions options =
          new DecodingOptions(3, 0.3, -24, 0, 0, false, false, false, 29.0, 0.2);
      counter.reset();
      Map<String, Long> alone =
          transcribe(reference, observed, options, gates, FrameChoice.KEEP, Padding.NONE, 1);
      long sum = alone.values().stream().mapToLong(flops -> flops).sum();
      assertThat(predictors.flops()).isPositive();
      assertThat(sum).isEqualTo(counter.flops() + predictors.flops());
      assertThat(transcribe(reference, observed, options, gates, FrameChoice.KEEP, Padding.NONE, 3))
          .isEqualTo(alone);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theLedgerIsExactWhereFramesGo(ReferenceSet set) {
    ProductCounter counter = new ProductCounter();
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      int blocks = reference.model().config().encoder().numBlocks();
      for (String text : List.of("drop:0.4@1", "merge:0.7@1", "drop:0.6@" + blocks, "merge:0@1")) {
        FrameChoice frames = FrameChoice.parse(text);
        DecodingOptions options =
            text.startsWith("drop")
                ? new DecodingOptions(1, 0, -24, 0, 0, false, false, false, 29.0, 0.2)
                : new DecodingOptions(4, 0.3, -24, 0, 0, false, false, false, 29.0, 0.2);
        counter.reset();
        Map<String, Long> alone =
            transcribe(
                reference,
                Optional.empty(),
                options,
                new GateChoice.Open(),
                frames,
                Padding.NONE,
                1);
        long sum = alone.values().stream().mapToLong(flops -> flops).sum();
        assertThat(sum).as(text).isEqualTo(counter.flops());
        assertThat(
                transcribe(
                    reference,
                    Optional.empty(),
                    options,
                    new GateChoice.Open(),
                    frames,
                    Padding.NONE,
                    3))
            .as(text)
            .isEqualTo(alone);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theDenseCostIsThatOfAllFrames(ReferenceSet set) {
    // One token and no search: what is said does not depend on the frames then.
    DecodingOptions options = new DecodingOptions(1, 0, -1, 0, 0, false, false, false, 29.0, 0.2);
    try (ReferenceModel reference = ReferenceModel.open(set)) {
      Map<String, Outcome.Transcribed> all =
          outcomes(
              reference,
              Optional.empty(),
              options,
              new GateChoice.Open(),
              FrameChoice.KEEP,
              Padding.FULL,
              2);
      for (String text : List.of("drop:0.4@1", "merge:0.7@1")) {
        outcomes(
                reference,
                Optional.empty(),
                options,
                new GateChoice.Open(),
                FrameChoice.parse(text),
                Padding.FULL,
                2)
            .forEach(
                (id, own) -> {
                  assertThat(own.gflops().dense()).isEqualTo(all.get(id).gflops().dense());
                  assertThat(own.gflops().encoder()).isLessThan(all.get(id).gflops().encoder());
                  assertThat(own.gflops().decoder()).isLessThan(all.get(id).gflops().decoder());
                });
      }
    }
  }

  private static Map<String, Long> transcribe(
      ReferenceModel reference,
      DecodingOptions options,
      GateChoice gates,
      Padding padding,
      int batch) {
    return transcribe(
        reference, Optional.empty(), options, gates, FrameChoice.KEEP, padding, batch);
  }

  private static Map<String, Long> transcribe(
      ReferenceModel reference,
      Optional<GatePredictor> predictor,
      DecodingOptions options,
      GateChoice gates,
      FrameChoice frames,
      Padding padding,
      int batch) {
    Map<String, Long> flops = new TreeMap<>();
    outcomes(reference, predictor, options, gates, frames, padding, batch)
        .forEach((id, outcome) -> flops.put(id, Math.round(outcome.gflops().total() * 1e9)));
    return flops;
  }

  private static Map<String, Outcome.Transcribed> outcomes(
      ReferenceModel reference,
      Optional<GatePredictor> predictor,
      DecodingOptions options,
      GateChoice gates,
      FrameChoice frames,
      Padding padding,
      int batch) {
    double seconds = DecodedReference.seconds(reference, batch);
    Decoding decoding = new Decoding(options, gates, padding, seconds, frames);
    DecodedReference decoded = new DecodedReference(reference, predictor, decoding);
    if (batch > 1) {
      return decoded.of(utterances(reference));
    }
    Map<String, Outcome.Transcribed> alone = new TreeMap<>();
    utterances(reference).forEach(utterance -> alone.putAll(decoded.of(List.of(utterance))));
    return alone;
  }

  private static List<Utterance> utterances(ReferenceModel reference) {
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 5; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      float[] own = Arrays.copyOf(samples, Math.min(samples.length, RATE + RATE * i / 2));
      String language = i % 2 == 0 ? "eng" : null;
      String before = i == 3 ? "what was said" : null;
      utterances.add(new Utterance("u" + i, own, language, "asr", before));
    }
    return utterances;
  }
}
