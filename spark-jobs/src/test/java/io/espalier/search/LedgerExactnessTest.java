package io.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import io.espalier.ReferenceModel;
import io.espalier.ReferenceSet;
import io.espalier.ReferenceSets;
import io.espalier.nn.Kernels;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.GateChoice;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the ledger says is what was multiplied: every kernel that runs tells the shapes of its
 * arguments, and the FLOPs of the matrix products and convolutions in its text are added up from
 * those alone. That holds for utterances that are decoded one by one. In a batch each is charged
 * the same, whatever its neighbours make the kernels compute besides.
 */
class LedgerExactnessTest {
  private static final int RATE = 16_000;

  static List<ReferenceSet> sets() {
    return ReferenceSets.owsmAed();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theLedgerIsTheSumOfAllProductsOneByOneAndTheSameInBatches(ReferenceSet set) {
    Counter counter = new Counter();
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      for (int seed = 0; seed < 10; seed++) {
        String shares =
            String.format(Locale.ROOT, "random:0.%d/0.%d:%d", 2 + seed % 7, 3 + seed % 6, seed);
        GateChoice gates = new GateChoice.Random(shares);
        boolean greedy = seed % 2 == 0;
        DecodingOptions options =
            new DecodingOptions(
                greedy ? 1 : 6, greedy ? 0 : 0.3, -24, 0, 0, false, false, false, 29.0, 0.2);
        counter.flops = 0;
        Map<String, Long> alone = transcribe(reference, options, gates, 1);
        long sum = alone.values().stream().mapToLong(flops -> flops).sum();
        assertThat(sum).as("%s with %s", shares, options).isEqualTo(counter.flops);
        assertThat(sum).isPositive();
        assertThat(transcribe(reference, options, gates, 2 + seed % 3))
            .as("%s with %s", shares, options)
            .isEqualTo(alone);
      }
      assertThat(counter.packed).as("layers whose slots were cleared").isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theLedgerIsExactWhereFramesGo(ReferenceSet set) {
    Counter counter = new Counter();
    try (ReferenceModel reference =
        ReferenceModel.open(set, manager -> Kernels.plain(manager).observed(counter))) {
      int blocks = reference.model().config().encoder().numBlocks();
      for (String text : List.of("drop:0.4@1", "merge:0.7@1", "drop:0.6@" + blocks, "merge:0@1")) {
        FrameChoice frames = FrameChoice.parse(text);
        DecodingOptions options =
            text.startsWith("drop")
                ? new DecodingOptions(1, 0, -24, 0, 0, false, false, false, 29.0, 0.2)
                : new DecodingOptions(4, 0.3, -24, 0, 0, false, false, false, 29.0, 0.2);
        counter.flops = 0;
        Map<String, Long> alone = transcribe(reference, options, new GateChoice.Open(), frames, 1);
        long sum = alone.values().stream().mapToLong(flops -> flops).sum();
        assertThat(sum).as(text).isEqualTo(counter.flops);
        assertThat(transcribe(reference, options, new GateChoice.Open(), frames, 3))
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
          outcomes(reference, options, new GateChoice.Open(), FrameChoice.KEEP, 2);
      for (String text : List.of("drop:0.4@1", "merge:0.7@1")) {
        outcomes(reference, options, new GateChoice.Open(), FrameChoice.parse(text), 2)
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
      ReferenceModel reference, DecodingOptions options, GateChoice gates, int batch) {
    return transcribe(reference, options, gates, FrameChoice.KEEP, batch);
  }

  private static Map<String, Long> transcribe(
      ReferenceModel reference,
      DecodingOptions options,
      GateChoice gates,
      FrameChoice frames,
      int batch) {
    Map<String, Long> flops = new TreeMap<>();
    outcomes(reference, options, gates, frames, batch)
        .forEach((id, outcome) -> flops.put(id, Math.round(outcome.gflops().total() * 1e9)));
    return flops;
  }

  private static Map<String, Outcome.Transcribed> outcomes(
      ReferenceModel reference,
      DecodingOptions options,
      GateChoice gates,
      FrameChoice frames,
      int batch) {
    double seconds = DecodedReference.seconds(reference, batch);
    Decoding decoding = new Decoding(options, gates, Padding.FULL, seconds, frames);
    return new DecodedReference(reference, Optional.empty(), decoding).of(utterances(reference));
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

  /** Adds up the products of each kernel's text, from the shapes of its arguments. */
  private static final class Counter implements Kernels.Observer {
    private long flops;
    private int packed;

    @Override
    public void called(String kernel, List<Object> a) {
      packed += kernel.equals("pack_slots") ? 1 : 0;
      flops +=
          switch (kernel) {
            case "ffn_swish", "ffn_relu" -> linear(rows(a, 0), a, 3) + linear(rows(a, 0), a, 5);
            case "attention", "attention_received" -> attention(a);
            case "neighbour_cosines" ->
                2 * shape(a, 0).get(0) * (shape(a, 0).get(1) - 1) * shape(a, 0).get(2);
            case "cgmlp" -> gating(a) + linear(rows(a, 0), a, 13);
            case "merge_both" -> {
              long columns = shape(a, 0).get(2) + shape(a, 1).get(2);
              yield rows(a, 0) * 2 * columns * shape(a, 2).get(-1 + dims(a, 2))
                  + linear(rows(a, 0), a, 4);
            }
            case "merge_one" ->
                rows(a, 0) * 2 * shape(a, 0).get(2) * shape(a, 1).get(-1 + dims(a, 1))
                    + linear(rows(a, 0), a, 3);
            case "subsample" -> subsampling(a);
            case "source_keys" -> linear(rows(a, 0), a, 1);
            case "cached_attention" -> cached(a);
            case "source_attention" -> source(a);
            case "log_probs" -> linear(rows(a, 0), a, 3);
            case "ctc_log_probs", "ctc_normalizer" -> linear(rows(a, 0), a, 1);
            case "ctc_columns" -> 2 * shape(a, 4).size() * shape(a, 0).get(1) * shape(a, 0).get(2);
            case "linear" -> linear(rows(a, 0), a, 1);
            default -> other(kernel);
          };
    }

    /** Kernels without products, and the front end, which is no part of the account. */
    private static long other(String kernel) {
      Set<String> known =
          Set.of(
              "row_range",
              "residual",
              "gather_rows",
              "residual_rows",
              "layer_norm",
              "add_positions",
              "embed",
              "new_cache",
              "resize_cache",
              "cut_cache",
              "store_cache",
              "pack_slots",
              "hypotheses",
              "join_rows",
              "pick_positions",
              "pick_frames",
              "merge_frames",
              "forbid",
              "apply_filter",
              "best",
              "compute",
              "no_layer",
              "possible",
              "pack",
              "pack_conv",
              "pack_exact",
              "pack_window",
              "power_spectrum",
              "log_mel",
              "normalize");
      assertThat(known).as("a kernel that this test does not know").contains(kernel);
      return 0;
    }

    /** The whole network with the first tile: the borders that tiles share count once. */
    private static long subsampling(List<Object> a) {
      if ((long) a.get(11) > 0) {
        return 0;
      }
      long rows = (long) a.get(10);
      long frames = shape(a, 0).get(1);
      long bins = shape(a, 0).get(2);
      long flops = 0;
      for (int convolution = 1; convolution <= 5; convolution += 2) {
        if (shape(a, convolution).size() > 0) {
          frames = half(frames);
          bins = half(bins);
          flops += 2 * rows * frames * bins * shape(a, convolution).size();
        }
      }
      return flops + linear(rows * frames, a, 7);
    }

    private static long attention(List<Object> a) {
      long frames = shape(a, 0).get(1);
      long width = shape(a, 0).get(2);
      return linear(rows(a, 0), a, 3) + linear(rows(a, 0), a, 5) + 4 * rows(a, 0) * frames * width;
    }

    private static long gating(List<Object> a) {
      long half = shape(a, 3).get(0);
      long kernel = shape(a, 9).get(-1 + dims(a, 9));
      long inside = shape(a, 11).size() > 0 ? linear(rows(a, 0), a, 11) : 0;
      return linear(rows(a, 0), a, 3)
          + linear(rows(a, 0), a, 5)
          + 2 * rows(a, 0) * half * kernel
          + inside;
    }

    private static long cached(List<Object> a) {
      long tokens = shape(a, 0).get(1);
      long used = (long) a.get(10) + tokens;
      return linear(rows(a, 0), a, 3)
          + linear(rows(a, 0), a, 5)
          + 4 * rows(a, 0) * used * shape(a, 0).get(2);
    }

    private static long source(List<Object> a) {
      long frames = shape(a, 9).get(3);
      return linear(rows(a, 0), a, 3)
          + linear(rows(a, 0), a, 5)
          + 4 * rows(a, 0) * frames * shape(a, 0).get(2);
    }

    /** Places that a convolution of width 3 and stride 2 has. */
    private static long half(long length) {
      return (length - 1) / 2;
    }

    /** Vectors of (rows, frames, width). */
    private static long rows(List<Object> a, int index) {
      return shape(a, index).get(0) * shape(a, index).get(1);
    }

    private static long linear(long vectors, List<Object> a, int weight) {
      return 2 * vectors * shape(a, weight).size();
    }

    private static int dims(List<Object> a, int index) {
      return shape(a, index).dimension();
    }

    private static Shape shape(List<Object> a, int index) {
      return (Shape) a.get(index);
    }
  }
}
