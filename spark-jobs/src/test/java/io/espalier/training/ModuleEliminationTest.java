package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.espalier.owsm.EncoderModule;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.ModuleCosts;
import io.espalier.pruning.OpenModules;
import io.espalier.training.data.FeatureStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module of a trained model is made to do nothing. */
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
  void theModuleThatHarmsLeastForItsCostGoesFirst() throws IOException {
    float[] shares = ModuleCosts.flops(model.config()).encoderShares();
    double wanted = 0;
    for (float share : shares) {
      wanted = Math.max(wanted, share);
    }
    try (ModuleElimination elimination = new ModuleElimination(model, store, Device.cpu())) {
      GateSet kept = elimination.close(wanted, 0);
      GateSet all = GateSet.open(model.config());
      double open = elimination.loss(all);
      double[] prices = new double[shares.length];
      for (int module = 0; module < shares.length; module++) {
        GateSet without = withClosed(all, module);
        prices[module] = (elimination.loss(without) - open) / shares[module];
      }
      assertThat(prices[EncoderModule.FFN2.gate(IDLE_LAYER)]).isZero();
      int best = 0;
      for (int module = 0; module < prices.length; module++) {
        best = prices[module] < prices[best] ? module : best;
      }
      assertThat(closed(kept.encoder())).contains(best);
    }
  }

  @Test
  void asMuchIsClosedAsIsWanted() throws IOException {
    float[] shares = ModuleCosts.flops(model.config()).encoderShares();
    double sum = 0;
    for (int module : closed(close(0.5, 0).encoder())) {
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
    assertThat(close(0, 0)).isEqualTo(GateSet.open(model.config()));
  }

  private static GateSet close(double encoder, double decoder) throws IOException {
    try (ModuleElimination elimination = new ModuleElimination(model, store, Device.cpu())) {
      return elimination.close(encoder, decoder);
    }
  }

  /** All but one of the encoder's modules. */
  private static GateSet withClosed(GateSet all, int module) {
    boolean[] encoder = new boolean[all.encoder().count()];
    Arrays.fill(encoder, true);
    encoder[module] = false;
    return new GateSet(OpenModules.of(encoder), all.decoder());
  }

  private static int[] closed(OpenModules modules) {
    return IntStream.range(0, modules.count()).filter(i -> !modules.isOpen(i)).toArray();
  }
}
