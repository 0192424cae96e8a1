package io.espalier.tools.benchmark;

import io.espalier.search.Padding;
import io.espalier.tools.benchmark.NoiseSearch.Load;
import io.espalier.tools.benchmark.SearchTurns.Entry;
import io.espalier.tools.benchmark.SearchTurns.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Utterances and decoded tokens per second over batch sizes and paddings, greedy and beam 5. */
final class ThroughputBenchmark {
  private static final int ROUNDS = 2;
  private static final List<Integer> BEAMS = List.of(1, 5);

  private final RandomModel random;
  private final Benchmark.Load load;

  ThroughputBenchmark(RandomModel random, Benchmark.Load load) {
    this.random = random;
    this.load = load;
  }

  /** Batch by batch, so that no more than one is in memory. */
  List<Measurement> run() {
    List<Measurement> measured = new ArrayList<>();
    for (int batch : load.batches()) {
      SearchTurns turns = new SearchTurns();
      List<Steps> all = new ArrayList<>();
      for (int beam : BEAMS) {
        for (Padding padding : load.paddings()) {
          Load one = new Load(beam, batch, load.tokens(), padding, load.clipS());
          all.add(turns.addSteps(random, one));
        }
      }
      turns.run(ROUNDS);
      all.forEach(steps -> measured.addAll(figures(steps)));
    }
    return measured;
  }

  private static List<Measurement> figures(Steps steps) {
    Entry whole = steps.whole();
    String name =
        String.format(
            Locale.ROOT,
            "_beam_%d_batch_%d_pad_%s",
            whole.load().beam(),
            whole.load().batch(),
            whole.load().padding().name().toLowerCase(Locale.ROOT));
    return List.of(
        Measurement.of("utterances_per_s" + name, whole.utterancesPerS(), "1/s"),
        Measurement.of("times_real_time" + name, whole.timesRealTime(), ""),
        Measurement.of("tokens_per_s" + name, steps.tokensPerS(), "1/s"));
  }
}
