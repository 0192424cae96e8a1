package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.OpenModules;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.PlainSearch.Found;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import io.espalier.search.beam.LengthRules;
import io.espalier.search.beam.SearchRelease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever the model, the gates, the options and the batch: the score of every hypothesis is the
 * one that its tokens have by definition, and the list of hypotheses is that of a search which
 * knows nothing of batches, caches and other utterances.
 */
class SearchPropertyTest {
  private static final int CASES_PER_MODEL = 10;
  private static final int[] BEAMS = {1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8};
  private static final List<Padding> PADDINGS = List.of(Padding.values());
  private static final double[] CTC_WEIGHTS = {0, 0, 0.3, 0.3, 0.7, 1};
  private static final double[] MOST = {0, 0, 0, 0.5, 1.4, -6};
  private static final double[] LEAST = {0, 0, 0, 0.3, 0.6, -3};
  private static final double[] PENALTIES = {0, 0, 0.5, -0.4};

  @Test
  void everyScoreIsThatOfItsTokensAndNoListDependsOnTheBatch() {
    check(7, 1);
  }

  @Test
  @Tag("slow")
  void everyScoreIsThatOfItsTokensInManyCases() {
    check(200, 1_000_003);
  }

  private static void check(int models, long seed) {
    Tally tally = new Tally();
    for (int i = 0; i < models; i++) {
      Random random = new Random(seed + i);
      try (NDManager manager = NDManager.newBaseManager()) {
        JniUtils.setGradMode(false);
        JniUtils.setNumThreads(1);
        RandomOwsm owsm = RandomOwsm.draw(manager, Kernels.load(manager), random);
        for (int n = 0; n < CASES_PER_MODEL; n++) {
          new Trial(owsm, random, String.format(Locale.ROOT, "model %d, case %d", seed + i, n))
              .run(tally);
        }
      }
    }
    int cases = models * CASES_PER_MODEL;
    System.out.println(cases + " cases: " + tally);
    assertThat(tally.hypotheses).isGreaterThan(20 * cases);
    assertThat(tally.lonely).isGreaterThan(cases / 10);
    assertThat(tally.compared).isGreaterThan(tally.searches * 2 / 3);
    assertThat(tally.retried).isPositive();
  }

  /** What was looked at. */
  private static final class Tally {
    private int searches;
    private int compared;
    private int hypotheses;
    private int lonely;
    private int retried;

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d searches, the lists of %d compared; %d hypotheses; %d utterances with a last one; %d"
              + " searched again",
          searches,
          compared,
          hypotheses,
          lonely,
          retried);
    }
  }

  /** Some utterances, decoded alone, together and in another order. */
  private static final class Trial {
    private final RandomOwsm owsm;
    private final TokenTable tokens;
    private final Random random;
    private final DecodingOptions options;
    private final Padding padding;
    private final GatePolicy policy;
    private final String name;

    Trial(RandomOwsm owsm, Random random, String name) {
      this.owsm = owsm;
      this.tokens = owsm.tokens();
      this.random = random;
      this.options = options(random);
      this.padding = PADDINGS.get(random.nextInt(PADDINGS.size()));
      String gates = random.nextInt(3) == 0 ? "open" : "random:0.7/0.6:" + random.nextInt(1000);
      this.policy =
          GateChoice.parse(gates, GateChoice.Learned.DEFAULTS)
              .policy(owsm.model().config(), Optional.empty());
      this.name = name + ", " + options + ", " + padding + ", gates " + gates;
    }

    private static DecodingOptions options(Random random) {
      return new DecodingOptions(
          BEAMS[random.nextInt(BEAMS.length)],
          one(CTC_WEIGHTS, random),
          one(MOST, random),
          one(LEAST, random),
          one(PENALTIES, random),
          random.nextInt(4) == 0,
          false,
          false,
          29.0,
          0.2,
          random.nextInt(3) == 0 ? SearchRelease.ESPNET_202511 : SearchRelease.ESPNET_202611);
    }

    private static double one(double[] values, Random random) {
      return values[random.nextInt(values.length)];
    }

    void run(Tally tally) {
      List<Window> windows =
          IntStream.rangeClosed(0, random.nextInt(5)).mapToObj(this::window).toList();
      List<Expected> expected = new ArrayList<>();
      for (Window window : windows) {
        FlopLedger ledger = new FlopLedger(1);
        Recognized alone = recognize(List.of(window), 1, ledger).get(0);
        Expected one = new Expected(window, alone, spent(ledger, 0));
        expected.add(one);
        one.check(alone, "alone", spent(ledger, 0), tally);
        tally.lonely += one.lonely ? 1 : 0;
        tally.retried += one.retried ? 1 : 0;
      }
      List<Integer> order = new ArrayList<>(IntStream.range(0, windows.size()).boxed().toList());
      for (String how : List.of("together", "in another order")) {
        int batch = 1 + random.nextInt(windows.size());
        int size = how.equals("together") ? windows.size() : batch;
        FlopLedger ledger = new FlopLedger(windows.size());
        List<Recognized> all = recognize(order.stream().map(windows::get).toList(), size, ledger);
        for (int row = 0; row < all.size(); row++) {
          expected.get(order.get(row)).check(all.get(row), how, spent(ledger, row), tally);
        }
        Collections.shuffle(order, random);
      }
    }

    private List<Recognized> recognize(List<Window> windows, int batch, FlopLedger ledger) {
      return new Recognizer(owsm.model(), tokens, options, padding, policy, FrameChoice.KEEP, false)
          .recognize(windows, batch, ledger);
    }

    /** FLOPs of the decoder and CTC. */
    private static long spent(FlopLedger ledger, int row) {
      return ledger.spent(
          row,
          CostPart.DECODER_SELF,
          CostPart.DECODER_SRC,
          CostPart.DECODER_FFN,
          CostPart.DECODER_OUTPUT,
          CostPart.CTC);
    }

    private Window window(int place) {
      float[] samples = new float[2500 + random.nextInt(7100)];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (float) (0.1 * random.nextGaussian() * Math.sin(i / 700.0));
      }
      int language = random.nextInt(3) == 0 ? -1 : tokens.languages().get(random.nextInt(2));
      int[] before = IntStream.range(0, random.nextInt(7)).map(i -> owsm.word(random)).toArray();
      return new Window(
          samples,
          language,
          tokens.id(random.nextBoolean() ? "<asr>" : "<st_eng>"),
          random.nextBoolean() ? null : before,
          random.nextInt(4) == 0,
          "u" + place,
          UtteranceContext.NONE);
    }

    /** What the search by the book says of an utterance. */
    private final class Expected {
      private final Window window;
      private final int[] prompt;
      private final ForcedDecoding forced;
      private final List<Found> nBest;
      private final boolean certain;
      private final boolean lonely;
      private final boolean retried;
      private final long flops;

      Expected(Window window, Recognized gated, long flops) {
        this.window = window;
        this.flops = flops;
        double[][] memory = encode(window, gated.gates().encoder());
        PlainDecoder decoder = new PlainDecoder(owsm, memory, gated.gates().decoder());
        int language = window.language() < 0 ? language(decoder) : window.language();
        this.prompt =
            Prompt.of(tokens, window.textPrev(), language, window.task(), window.timestamps());
        int room = owsm.model().decoder().maxPositions() - prompt.length;
        int steps = LengthRules.of(options, options.minLenRatio(), memory.length, room).max();
        this.forced = new ForcedDecoding(decoder, tokens, options, steps);
        PlainSearch search = new PlainSearch(forced, options, tokens.eos(), memory.length, room);
        this.nBest = search.nBest(prompt);
        this.certain = search.margin() > 1;
        this.lonely = search.lonely();
        this.retried = search.retried();
      }

      private int language(PlainDecoder decoder) {
        double[] logProbs = decoder.behind(new int[] {tokens.sos()});
        return Collections.max(
            tokens.languages(), (a, b) -> Double.compare(logProbs[a], logProbs[b]));
      }

      private double[][] encode(Window one, OpenModules gates) {
        try (NDManager scope = owsm.model().manager().newSubManager()) {
          NDArray frames =
              new WindowFrames(owsm.model(), padding)
                  .subsample(scope, List.of(one), new int[1], CostMeter.NONE);
          NDArray encoded =
              owsm.model()
                  .encoder()
                  .forward(
                      scope,
                      frames,
                      FrameMask.none(scope),
                      BatchGates.encoder(List.of(gates)),
                      CostMeter.NONE);
          float[] values = encoded.toFloatArray();
          int width = (int) encoded.getShape().get(2);
          double[][] memory = new double[values.length / width][width];
          for (int i = 0; i < values.length; i++) {
            memory[i / width][i % width] = values[i];
          }
          return memory;
        }
      }

      void check(Recognized recognized, String how, long spent, Tally tally) {
        String what = String.format(Locale.ROOT, "%s of %s, %s", window.id(), name, how);
        List<Hypothesis> found = recognized.result().nBest();
        for (Hypothesis hypothesis : found) {
          checkScores(hypothesis, what);
        }
        tally.searches++;
        tally.hypotheses += found.size();
        if (certain) {
          tally.compared++;
          assertThat(
                  found.stream()
                      .filter(one -> PlainSearch.isPossible(one.score()))
                      .map(one -> Arrays.toString(one.tokens()))
                      .toList())
              .as(what)
              .isEqualTo(nBest.stream().map(one -> Arrays.toString(one.tokens())).toList());
          if (found.stream().allMatch(one -> PlainSearch.isPossible(one.score()))) {
            assertThat(spent).as("FLOPs of %s", what).isEqualTo(flops);
          }
        }
      }

      private void checkScores(Hypothesis hypothesis, String what) {
        String which = Arrays.toString(hypothesis.tokens()) + " of " + what;
        assertThat(Arrays.copyOf(hypothesis.tokens(), hypothesis.promptLength()))
            .as(which)
            .isEqualTo(prompt);
        ForcedDecoding.Scores scores = forced.of(hypothesis.tokens(), prompt.length);
        assertSame("total of " + which, scores.total(), hypothesis.score());
        assertSame("CTC of " + which, scores.ctc(), hypothesis.ctcScore());
        if (options.ctcWeight() < 1) {
          assertSame("decoder of " + which, scores.decoder(), hypothesis.decoderScore());
        }
      }

      private static void assertSame(String what, double want, double have) {
        if (Double.isInfinite(want)) {
          assertThat(have).as(what).isEqualTo(want);
        } else {
          assertThat(have).as(what).isCloseTo(want, within(PlainSearch.tolerance(want)));
        }
      }
    }
  }
}
