package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.espalier.Locales;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.FrameView.Pooling;
import io.espalier.pruning.FrameView.Scope;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Gates of an utterance, what it says and what it costs do not depend on its neighbours. */
class GatedTranscriberTest {
  private static final int RATE = 16_000;
  private static final long SPEAKER_FLOPS = 1_000_000;
  private static final long EVENT_FLOPS = 20_000_000;
  private static final List<FrameView> VIEWS =
      List.of(
          FrameView.DEFAULT,
          new FrameView(Pooling.ATTENTIVE, 12, Scope.STACK),
          new FrameView(Pooling.STATISTICS, 0, Scope.LAYER),
          new FrameView(Pooling.ATTENTIVE, 12, Scope.LAYER));

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  static List<Arguments> setsAndViews() {
    Stream<Arguments> usual = sets().stream().map(set -> Arguments.of(set, FrameView.DEFAULT));
    Stream<Arguments> others =
        VIEWS.stream().skip(1).map(view -> Arguments.of(sets().get(0), view));
    return Stream.concat(usual, others).toList();
  }

  @ParameterizedTest
  @MethodSource("setsAndViews")
  void groupingByGatesChangesNothing(ReferenceSet set, FrameView view) {
    try (ReferenceModel reference = ReferenceModel.open(set);
        NDManager gates = NDManager.newBaseManager("PyTorch")) {
      OwsmConfig config = reference.model().config();
      Optional<GatePredictor> predictor = Optional.of(predictor(gates, config, view));
      boolean usual = view.equals(FrameView.DEFAULT);
      List<String> choices = usual ? List.of("learned", "random:0.6/0.5:3") : List.of("learned");
      List<DecodingOptions> searches =
          usual ? List.of(options(1, 0), options(3, 0.3)) : List.of(options(3, 0.3));
      for (String option : choices) {
        GateChoice choice = GateChoice.parse(option, GateChoice.Learned.DEFAULTS);
        for (DecodingOptions decoding : searches) {
          for (Padding padding : Padding.values()) {
            checkGrouping(reference, predictor, new Decoding(decoding, choice, padding, 0));
          }
        }
      }
    }
  }

  private static void checkGrouping(
      ReferenceModel reference, Optional<GatePredictor> predictor, Decoding decoding) {
    Map<String, Outcome.Transcribed> alone = decoded(reference, predictor, decoding, 1);
    Map<String, Outcome.Transcribed> grouped = decoded(reference, predictor, decoding, 2);
    assertThat(alone.values().stream().map(o -> o.gates().first().encoder()).distinct().count())
        .isGreaterThan(2);
    alone.forEach(
        (id, one) -> {
          Outcome.Transcribed other = grouped.get(id);
          assertThat(other.gates()).as(id).isEqualTo(one.gates());
          assertThat(other.text()).as(id).isEqualTo(one.text());
          assertThat(other.score()).as(id).isCloseTo(one.score(), within(1e-2));
          if (decoding.padding() == Padding.FULL) {
            assertThat(other.gflops().encoder()).as(id).isEqualTo(one.gflops().encoder());
            assertThat(other.gflops().gates()).as(id).isEqualTo(one.gflops().gates());
            // Prompts of different lengths are padded, and a batch identifies the languages of all
            // its rows or of none: both count.
            assertThat(other.gflops().decoder())
                .as(id)
                .isBetween(one.gflops().decoder(), 1.5 * one.gflops().decoder());
          }
          assertThat(one.gflops().total() - one.gflops().context())
              .isLessThan(one.gflops().dense());
        });
  }

  private static Map<String, Outcome.Transcribed> decoded(
      ReferenceModel reference, Optional<GatePredictor> predictor, Decoding decoding, int batch) {
    Decoding batched =
        new Decoding(
            decoding.options(),
            decoding.gates(),
            decoding.padding(),
            DecodedReference.seconds(reference, batch));
    return new DecodedReference(reference, predictor, batched).of(utterances(reference));
  }

  @Test
  void theLocaleOfTheMachineChangesNothing() throws Exception {
    Locales.assertSameInAll(
        () -> {
          try (ReferenceModel reference = ReferenceModel.open(sets().get(0));
              NDManager gates = NDManager.newBaseManager("PyTorch")) {
            OwsmConfig config = reference.model().config();
            Optional<GatePredictor> predictor = Optional.of(predictor(gates, config));
            Outcome.Transcribed outcome = first(reference, predictor, GateChoice.Learned.DEFAULTS);
            return outcome.text() + outcome.gates() + outcome.gflops() + outcome.score();
          }
        });
  }

  @ParameterizedTest
  @FieldSource("VIEWS")
  void onlyWhatThePredictorsLookAtCosts(FrameView view) {
    try (ReferenceModel reference = ReferenceModel.open(sets().get(0));
        NDManager gates = NDManager.newBaseManager("PyTorch")) {
      OwsmConfig config = reference.model().config();
      Optional<GatePredictor> predictor = Optional.of(predictor(gates, config, view));
      Map<String, Double> expected =
          Map.of("all", 0.021, "speaker,task", 0.001, "event", 0.02, "none", 0.0);
      expected.forEach(
          (contexts, giga) -> {
            GateChoice choice = new GateChoice.Learned(ContextKind.setOf(contexts), Double.NaN);
            Outcome.Gflops cost = first(reference, predictor, choice).gflops();
            assertThat(cost.context()).as(contexts).isEqualTo(giga);
            assertThat(cost.gates()).isPositive();
            double parts =
                cost.subsampling()
                    + cost.encoder()
                    + cost.decoder()
                    + cost.ctc()
                    + cost.gates()
                    + cost.context();
            assertThat(cost.total()).isCloseTo(parts, within(1e-9));
          });
      Outcome.Gflops dense = first(reference, predictor, new GateChoice.Open()).gflops();
      assertThat(dense.context() + dense.gates()).isZero();
      assertThat(dense.total()).isEqualTo(dense.dense());
    }
  }

  @ParameterizedTest
  @FieldSource("VIEWS")
  void aRowsOwnTargetIsWhatThePredictorsSee(FrameView view) {
    try (ReferenceModel reference = ReferenceModel.open(sets().get(0));
        NDManager gates = NDManager.newBaseManager("PyTorch")) {
      OwsmConfig config = reference.model().config();
      Optional<GatePredictor> predictor = Optional.of(predictor(gates, config, view));
      GateChoice choice = new GateChoice.Learned(Set.of(), 0.7);
      GateChoice own = new GateChoice.Learned(Set.of(), 0.1);
      Utterance plain = utterances(reference).get(0);
      Utterance asking =
          new Utterance(
              plain.id(),
              plain.samples(),
              "eng",
              "asr",
              null,
              new UtteranceContext(null, null, 0.7, 0, 0));
      assertThat(one(reference, predictor, own, asking).gates())
          .isEqualTo(
              one(
                      reference,
                      predictor,
                      choice,
                      new Utterance("u0", plain.samples(), "eng", "asr", null))
                  .gates());
    }
  }

  @Test
  void rowsOfABatchGetTheGatesOfTheirOwnTargets() {
    try (ReferenceModel reference = ReferenceModel.open(sets().get(0));
        NDManager gates = NDManager.newBaseManager("PyTorch")) {
      Optional<GatePredictor> predictor = Optional.of(predictor(gates, reference.model().config()));
      List<Utterance> asking = new ArrayList<>();
      for (Utterance plain : utterances(reference)) {
        for (double target : new double[] {0.05, 0.65}) {
          UtteranceContext context =
              new UtteranceContext(null, plain.context().event(), target, 0, 0);
          asking.add(
              new Utterance(
                  plain.id() + " " + target, plain.samples(), "eng", "asr", null, context));
        }
      }
      Decoding decoding =
          new Decoding(
              options(1, 0),
              GateChoice.Learned.DEFAULTS,
              Padding.FULL,
              DecodedReference.seconds(reference, asking.size()));
      Map<String, Outcome.Transcribed> together =
          new DecodedReference(reference, predictor, decoding).of(asking);
      asking.forEach(
          utterance ->
              assertThat(together.get(utterance.id()).gates())
                  .as(utterance.id())
                  .isEqualTo(
                      one(reference, predictor, GateChoice.Learned.DEFAULTS, utterance).gates()));
      assertThat(together.get("u0 0.05").gates()).isNotEqualTo(together.get("u0 0.65").gates());
    }
  }

  private static Outcome.Transcribed one(
      ReferenceModel reference,
      Optional<GatePredictor> predictor,
      GateChoice choice,
      Utterance utterance) {
    Decoding decoding = new Decoding(options(1, 0), choice, Padding.FULL, 0);
    return new DecodedReference(reference, predictor, decoding)
        .of(List.of(utterance))
        .get(utterance.id());
  }

  private static Outcome.Transcribed first(
      ReferenceModel reference, Optional<GatePredictor> predictor, GateChoice choice) {
    return one(reference, predictor, choice, utterances(reference).get(0));
  }

  /** A predictor of random weights, whose choices are about even. */
  private static GatePredictor predictor(NDManager manager, OwsmConfig config) {
    return predictor(manager, config, FrameView.DEFAULT);
  }

  private static GatePredictor predictor(NDManager manager, OwsmConfig config, FrameView view) {
    return RandomPredictor.of(
        manager, config, List.of("eng", "deu"), List.of("asr", "st_eng"), view, 17);
  }

  private static List<Utterance> utterances(ReferenceModel reference) {
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 9; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      int from = Math.min(samples.length / 3, RATE / 4 * i);
      int to = Math.min(samples.length, from + RATE + RATE * i / 2);
      float[] speaker = {i, 1, 2, -i, 3, 1};
      float[] event = {1, i, i, 2};
      UtteranceContext context =
          new UtteranceContext(
              i % 4 == 1 ? null : speaker, event, Double.NaN, SPEAKER_FLOPS, EVENT_FLOPS);
      utterances.add(
          new Utterance(
              "u" + i,
              Arrays.copyOfRange(samples, from, to),
              i % 3 == 2 ? null : "eng",
              i % 4 == 3 ? "st_eng" : "asr",
              null,
              context));
    }
    return utterances;
  }

  private static DecodingOptions options(int beam, double ctcWeight) {
    return new DecodingOptions(beam, ctcWeight, -20, 0, 0, false, false, false, 29.0, 0.2);
  }
}
