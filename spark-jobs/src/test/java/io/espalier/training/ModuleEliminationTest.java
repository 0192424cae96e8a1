package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.EncoderModule;
import io.espalier.pruning.GateBits;
import io.espalier.pruning.ModuleCosts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two modules of a trained model are made to do nothing; they are the first to go. */
class ModuleEliminationTest {
  private static final int IDLE_LAYER = 1;

  @TempDir private static Path directory;
  private static FeatureStore store;
  private static TrainingModel model;

  @BeforeAll
  static void train() throws IOException {
    model = TrainingModel.dense(TinyRun.train(directory, TinyRun.recipe()));
    store = FeatureStore.open(new RunDirectory(directory).features("valid"), TinyRun.MELS);
    silence("encoder.encoders." + IDLE_LAYER + ".feed_forward.w_2");
    silence("decoder.decoders.0.feed_forward.w_2");
  }

  private static void silence(String linear) {
    Arrays.fill(model.parameters().get(linear + ".weight"), 0);
    Arrays.fill(model.parameters().get(linear + ".bias"), 0);
  }

  @AfterAll
  static void close() throws IOException {
    store.close();
  }

  @Test
  void whatDoesNothingGoesFirst() throws IOException {
    ModuleCosts costs = ModuleCosts.flops(model.config());
    int idle = EncoderModule.FFN2.gate(IDLE_LAYER);
    int idleBelow = DecoderModule.FFN.gate(0);
    String bits = close(costs.encoderShares()[idle], costs.decoderShares()[idleBelow]);
    assertThat(closed(bits.split("/", -1)[0])).containsExactly(idle);
    assertThat(closed(bits.split("/", -1)[1])).containsExactly(idleBelow);
  }

  @Test
  void asMuchIsClosedAsIsWanted() throws IOException {
    float[] shares = ModuleCosts.flops(model.config()).encoderShares();
    double sum = 0;
    for (int module : closed(close(0.5, 0).split("/", -1)[0])) {
      sum += shares[module];
    }
    double dearest = 0;
    for (float share : shares) {
      dearest = Math.max(dearest, share);
    }
    assertThat(sum).isCloseTo(0.5, within(dearest / 2));
  }

  @Test
  void nothingIsClosedUnlessItIsWanted() throws IOException {
    assertThat(close(0, 0)).matches("1+/1+");
  }

  private static String close(double encoder, double decoder) throws IOException {
    try (ModuleElimination elimination = new ModuleElimination(model, store)) {
      return elimination.close(encoder, decoder);
    }
  }

  private static int[] closed(String bits) {
    boolean[] open = GateBits.parse(bits);
    return IntStream.range(0, open.length).filter(i -> !open[i]).toArray();
  }
}
