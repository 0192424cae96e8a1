package io.espalier.spark.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.checkpoint.Bundle;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StaticGatesTest {
  private static OwsmConfig config;

  @BeforeAll
  static void open() throws IOException {
    config = Bundle.open(Path.of("src/main/demo/bundle")).config();
  }

  @Test
  void gatesThatAreAlwaysTheSameAreChosenAsTheyAre() {
    GateSet gates = GateSet.parse("11010111".repeat(4) + "/" + "101011101");
    assertThat(new StaticGates(config).mostOftenOpen(List.of(gates, gates))).isEqualTo(gates);
  }

  @Test
  void asMuchIsClosedAsOnAverageAndWhatIsClosedMostGoesFirst() {
    SplittableRandom random = new SplittableRandom(3);
    List<GateSet> gates =
        IntStream.range(0, 200)
            .mapToObj(i -> new GateSet(draw(random, 32), draw(random, 9)))
            .toList();
    String chosen = new StaticGates(config).mostOftenOpen(gates).text();
    float[] shares = ModuleCosts.flops(config).encoderShares();
    double wanted =
        gates.stream().mapToDouble(set -> closed(set.text(), shares)).average().orElseThrow();
    double largest = IntStream.range(0, 32).mapToDouble(i -> shares[i]).max().orElseThrow();
    assertThat(closed(chosen, shares)).isCloseTo(wanted, within(largest / 2 + 1e-6));
    // draw() closes low places more often.
    assertThat(chosen.substring(0, 8)).isEqualTo("0".repeat(8));
    assertThat(chosen.substring(24, 32)).isEqualTo("1".repeat(8));
  }

  @Test
  void topLayersGoFirst() {
    GateSet gates = GateSet.parse("1".repeat(16) + "0".repeat(16) + "/" + "110101101");
    String lowest = new StaticGates(config).lowestLayers(List.of(gates)).text();
    assertThat(lowest).startsWith("1".repeat(16) + "0".repeat(16));
    String decoder = lowest.substring(33);
    assertThat(decoder).matches("1+0+");
  }

  private static OpenModules draw(SplittableRandom random, int modules) {
    StringBuilder bits = new StringBuilder();
    for (int i = 0; i < modules; i++) {
      bits.append(random.nextDouble() < (i + 0.5) / modules ? '1' : '0');
    }
    return new OpenModules(bits.toString());
  }

  private static double closed(String bits, float[] shares) {
    char[] own = bits.toCharArray();
    double closed = 0;
    for (int i = 0; i < shares.length; i++) {
      closed += own[i] == '0' ? shares[i] : 0;
    }
    return closed;
  }
}
