package io.espalier.spark.compare;

import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Modules that are closed for every utterance, as many as cost what learned gates save: in the
 * encoder and in the decoder apart.
 */
final class StaticGates {
  private final ModuleCosts costs;

  StaticGates(OwsmConfig config) {
    this.costs = ModuleCosts.flops(config);
  }

  /**
   * Closes the modules that learned gates close most often.
   *
   * @param gates of each utterance
   */
  GateSet mostOftenOpen(List<GateSet> gates) {
    return choose(gates, frequencies -> frequencies);
  }

  /**
   * What learned gates close.
   *
   * @param gates of each utterance
   * @return mean shares of the FLOPs of the encoder's and of the decoder's modules
   */
  double[] closed(List<GateSet> gates) {
    return new double[] {
      wanted(frequencies(encoders(gates)), costs.encoderShares()),
      wanted(frequencies(decoders(gates)), costs.decoderShares())
    };
  }

  private static List<OpenModules> encoders(List<GateSet> gates) {
    return gates.stream().map(GateSet::encoder).toList();
  }

  private static List<OpenModules> decoders(List<GateSet> gates) {
    return gates.stream().map(GateSet::decoder).toList();
  }

  private static double wanted(double[] open, float[] shares) {
    double wanted = 0;
    for (int module = 0; module < shares.length; module++) {
      wanted += (1 - open[module]) * shares[module];
    }
    return wanted;
  }

  /** Closes the modules of the highest layers. */
  GateSet lowestLayers(List<GateSet> gates) {
    return choose(
        gates,
        frequencies -> IntStream.range(0, frequencies.length).mapToDouble(i -> -i).toArray());
  }

  private interface Ranking {
    /** The higher, the longer a module stays open. */
    double[] of(double[] frequencies);
  }

  private GateSet choose(List<GateSet> gates, Ranking ranking) {
    return new GateSet(
        choose(encoders(gates), costs.encoderShares(), ranking),
        choose(decoders(gates), costs.decoderShares(), ranking));
  }

  private static OpenModules choose(List<OpenModules> gates, float[] shares, Ranking ranking) {
    double[] open = frequencies(gates);
    double wanted = wanted(open, shares);
    double[] rank = ranking.of(open);
    int[] order =
        IntStream.range(0, shares.length)
            .boxed()
            .sorted(Comparator.comparingDouble(module -> rank[module]))
            .mapToInt(module -> module)
            .toArray();
    boolean[] kept = new boolean[shares.length];
    Arrays.fill(kept, true);
    double closed = 0;
    for (int module : order) {
      // The last one only if that comes nearer to what learned gates save.
      if (wanted - closed > shares[module] / 2) {
        kept[module] = false;
        closed += shares[module];
      }
    }
    return OpenModules.of(kept).withExtra(gates.get(0).regular());
  }

  private static double[] frequencies(List<OpenModules> gates) {
    double[] open = new double[gates.get(0).count()];
    for (OpenModules own : gates) {
      for (int module = 0; module < open.length; module++) {
        open[module] += own.isOpen(module) ? 1.0 / gates.size() : 0;
      }
    }
    return open;
  }
}
