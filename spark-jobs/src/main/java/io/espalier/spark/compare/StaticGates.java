package io.espalier.spark.compare;

import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateBits;
import io.espalier.pruning.ModuleCosts;
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
   * @param gates {@code ENCODER/DECODER} of each utterance
   * @return the same form
   */
  String mostOftenOpen(List<String> gates) {
    return choose(gates, frequencies -> frequencies);
  }

  /**
   * What learned gates close.
   *
   * @param gates {@code ENCODER/DECODER} of each utterance
   * @return mean shares of the FLOPs of the encoder's and of the decoder's modules
   */
  double[] closed(List<String> gates) {
    return new double[] {
      wanted(frequencies(half(gates, 0)), costs.encoderShares()),
      wanted(frequencies(half(gates, 1)), costs.decoderShares())
    };
  }

  private static List<String> half(List<String> gates, int place) {
    return gates.stream().map(bits -> bits.split("/", -1)[place]).toList();
  }

  private static double wanted(double[] open, float[] shares) {
    double wanted = 0;
    for (int module = 0; module < shares.length; module++) {
      wanted += (1 - open[module]) * shares[module];
    }
    return wanted;
  }

  /** Closes the modules of the highest layers. */
  String lowestLayers(List<String> gates) {
    return choose(
        gates,
        frequencies -> IntStream.range(0, frequencies.length).mapToDouble(i -> -i).toArray());
  }

  private interface Ranking {
    /** The higher, the longer a module stays open. */
    double[] of(double[] frequencies);
  }

  private String choose(List<String> gates, Ranking ranking) {
    return choose(half(gates, 0), costs.encoderShares(), ranking)
        + "/"
        + choose(half(gates, 1), costs.decoderShares(), ranking);
  }

  private static String choose(List<String> gates, float[] shares, Ranking ranking) {
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
    return GateBits.format(kept);
  }

  private static double[] frequencies(List<String> gates) {
    double[] open = new double[gates.get(0).length()];
    for (String bits : gates) {
      boolean[] own = GateBits.parse(bits);
      for (int module = 0; module < open.length; module++) {
        open[module] += own[module] ? 1.0 / gates.size() : 0;
      }
    }
    return open;
  }
}
