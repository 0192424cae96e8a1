package io.espalier.tools.benchmark;

import io.espalier.search.Padding;
import io.espalier.tools.benchmark.NoiseSearch.Load;
import io.espalier.tools.benchmark.PeerFigures.Figure;
import io.espalier.tools.benchmark.SearchTurns.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the workloads of a peer, in every precision, padding and batch size asked for, taking turns
 * in one process, and divides the speeds by the peer's.
 */
final class PeerBenchmark {
  private static final int ROUNDS = 3;

  private final PeerFigures peer;
  private final List<Padding> paddings;
  private final List<Integer> batches;

  PeerBenchmark(PeerFigures peer, List<Padding> paddings, List<Integer> batches) {
    this.peer = peer;
    this.paddings = paddings;
    this.batches = batches;
  }

  /** One way to run a workload here. */
  private record Contestant(String name, int beam, Entry entry) {}

  /**
   * @param models by precision
   */
  List<Measurement> run(Map<String, RandomModel> models) {
    SearchTurns turns = new SearchTurns();
    List<Contestant> contestants = new ArrayList<>();
    for (int beam : peer.figures().stream().map(Figure::beam).distinct().sorted().toList()) {
      models.forEach(
          (precision, model) -> {
            for (Padding padding : paddings) {
              for (int batch : batches) {
                Load load = new Load(beam, batch, peer.tokens(), padding, peer.clipS());
                String name =
                    String.format(
                        Locale.ROOT,
                        "%s_%s_pad_%s_batch_%d",
                        PeerFigures.workload(beam),
                        precision,
                        padding.name().toLowerCase(Locale.ROOT),
                        batch);
                contestants.add(new Contestant(name, beam, turns.add(model, load)));
              }
            }
          });
    }
    turns.run(ROUNDS);
    return compare(contestants);
  }

  private List<Measurement> compare(List<Contestant> contestants) {
    List<Measurement> measured = new ArrayList<>();
    for (Figure figure : peer.figures()) {
      String name = "%s_%s".formatted(figure.workload(), slug(peer.name(), figure.setting()));
      measured.add(Measurement.of(name, figure.utterancesPerS(), "1/s"));
    }
    for (Contestant one : contestants) {
      double rate = one.entry().utterancesPerS();
      measured.add(Measurement.of(one.name(), rate, "1/s"));
      for (Figure figure : peer.figures()) {
        if (figure.beam() == one.beam()) {
          String name = "%s_over_%s".formatted(one.name(), slug(peer.name(), figure.setting()));
          measured.add(Measurement.of(name, rate / figure.utterancesPerS(), ""));
        }
      }
    }
    return measured;
  }

  private static String slug(String peer, String setting) {
    return (peer + " " + setting).toLowerCase(Locale.ROOT).replaceAll("[^\\p{Alnum}]+", "_");
  }
}
