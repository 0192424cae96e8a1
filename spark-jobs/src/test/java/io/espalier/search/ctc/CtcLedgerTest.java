package io.espalier.search.ctc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.espalier.CtcHandCount;
import io.espalier.ProductCounter;
import io.espalier.ReferenceCtc;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Kernels;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.FrameView;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePredictor;
import io.espalier.search.Outcome.Gflops;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.PredictorCounter;
import io.espalier.search.Utterance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the ledger says of OWSM-CTC is what its kernels multiply, and what a hand count gives. */
class CtcLedgerTest {
  private static final int RATE = 16_000;
  private static final List<Padding> PADDINGS = List.of(Padding.values());

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmCtc();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theLedgerIsTheSumOfAllProductsOneByOneAndTheSameInBatches(ReferenceSet set) {
    ProductCounter counter = new ProductCounter();
    try (ReferenceCtc reference =
        ReferenceCtc.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      List<String> choices = new ArrayList<>(List.of("open"));
      for (int seed = 0; seed < 6; seed++) {
        choices.add(String.format(Locale.ROOT, "random:0.%d/0:%d", 2 + seed, seed));
      }
      for (int i = 0; i < choices.size(); i++) {
        Padding padding = PADDINGS.get(i % PADDINGS.size());
        String text = choices.get(i);
        GateChoice gates = GateChoice.parse(text, GateChoice.Learned.DEFAULTS);
        Map<String, Long> alone = new TreeMap<>();
        counter.reset();
        DecodedCtc single = DecodedCtc.with(reference, gates, padding, 1, 4);
        for (Utterance utterance : utterances(reference)) {
          alone.put(utterance.id(), flops(single.of(utterance)));
        }
        long sum = alone.values().stream().mapToLong(flops -> flops).sum();
        assertThat(sum).as(text).isPositive().isEqualTo(counter.flops());
        Map<String, Long> together = new TreeMap<>();
        DecodedCtc.with(reference, gates, padding, 4, 4)
            .of(utterances(reference))
            .forEach((id, one) -> together.put(id, flops(one)));
        assertThat(together).as(text).isEqualTo(alone);
      }
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
    PredictorCounter predictors = new PredictorCounter();
    try (ReferenceCtc reference =
            ReferenceCtc.open(set, manager -> Kernels.plain(manager).observed(counter));
        NDManager manager = NDManager.newBaseManager("PyTorch")) {
      OwsmConfig config = reference.model().config();
      GatePredictor predictor =
          PredictorCounter.predictor(manager, config, view).observed(predictors);
      counter.reset();
      DecodedCtc single = learned(reference, 1).with(predictor);
      Map<String, Transcribed> alone = new TreeMap<>();
      utterances(reference).forEach(one -> alone.put(one.id(), single.of(one)));
      long sum = alone.values().stream().mapToLong(CtcLedgerTest::flops).sum();
      assertThat(predictors.flops()).isPositive();
      assertThat(sum).isEqualTo(counter.flops() + predictors.flops());
      Map<String, Transcribed> together =
          learned(reference, 4).with(predictor).of(utterances(reference));
      Set<Character> decided = new HashSet<>();
      alone.forEach(
          (id, one) -> {
            assertThat(flops(together.get(id))).as(id).isEqualTo(flops(one));
            assertThat(together.get(id).gates()).as(id).isEqualTo(one.gates());
            assertThat(one.gflops().gates()).isPositive();
            String text = one.gates().first().requireFits(config).encoder().text();
            text.chars().forEach(c -> decided.add((char) c));
          });
      assertThat(decided).contains('0', '1');
    }
  }

  private static DecodedCtc learned(ReferenceCtc reference, int batch) {
    return DecodedCtc.with(reference, GateChoice.Learned.DEFAULTS, Padding.NONE, batch, 4);
  }

  private static long flops(Transcribed one) {
    return Math.round(one.gflops().total() * 1e9);
  }

  /** The formulas of the documentation, of a whole window and a prompt of one token. */
  @ParameterizedTest
  @MethodSource("sets")
  void everyPartIsWhatTheFormulasGive(ReferenceSet set) {
    try (ReferenceCtc reference = ReferenceCtc.open(set)) {
      Utterance utterance = utterances(reference).get(1);
      assertThat(utterance.textPrev()).isNull();
      Gflops gflops = DecodedCtc.open(reference, Padding.FULL, 1, 4).of(utterance).gflops();
      OwsmConfig config = reference.model().config();
      CtcHandCount count = CtcHandCount.of(config, reference.tokens().languages().size() + 1);
      assertThat(gflops.subsampling()).isEqualTo(count.subsampling() / 1e9, within(1e-9));
      assertThat(gflops.encoder()).isEqualTo(count.encoder() / 1e9, within(1e-9));
      assertThat(gflops.ctc()).isEqualTo(count.ctc() / 1e9, within(1e-9));
      assertThat(gflops.decoder() + gflops.gates() + gflops.context()).isZero();
    }
  }

  private static List<Utterance> utterances(ReferenceCtc reference) {
    List<Utterance> utterances = new ArrayList<>();
    List<String> recordings = reference.recordings();
    for (int i = 0; i < 5; i++) {
      float[] samples = reference.samples(recordings.get(i % recordings.size()));
      int length = i == 4 ? 33 * RATE : Math.min(samples.length, RATE + RATE * i / 2);
      String language = i % 2 == 0 ? "eng" : null;
      String before = i == 3 ? "what was said" : null;
      utterances.add(
          new Utterance("u" + i, Arrays.copyOf(samples, length), language, "asr", before));
    }
    return utterances;
  }
}
