package io.espalier.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Weights;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.DecoderModule;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.EncoderModule;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.OwsmParameters;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModuleCostsTest {
  /** Encoder frames of a window of {@link SmallModels}, and tokens at five frames each. */
  private static final int FRAMES = 25;

  private static final int TOKENS = 5;

  @Test
  void sharesAddUpToOne() {
    Random random = new Random(15);
    for (int trial = 0; trial < 20; trial++) {
      OwsmConfig config = SmallModels.draw(random);
      for (ModuleCosts costs :
          new ModuleCosts[] {ModuleCosts.equal(config), ModuleCosts.flops(config)}) {
        assertThat(costs.encoderShares()).hasSize(4 * config.encoder().numBlocks());
        assertThat(costs.decoderShares()).hasSize(3 * config.decoder().numBlocks());
        assertThat(sum(costs.encoderShares())).isCloseTo(1, within(1e-5));
        assertThat(sum(costs.decoderShares())).isCloseTo(1, within(1e-5));
      }
    }
  }

  @Test
  void equalCostsCountEachModuleTheSame() {
    ModuleCosts costs = ModuleCosts.equal(SmallModels.of(2, 1));
    assertThat(costs.encoderShares()).containsOnly(1f / 8);
    assertThat(costs.decoderShares()).containsOnly(1f / 3);
  }

  @Test
  void everyLayerCostsTheSame() {
    ModuleCosts costs = ModuleCosts.flops(SmallModels.of(3, 2));
    for (EncoderModule module : EncoderModule.values()) {
      for (int layer = 1; layer < 3; layer++) {
        assertThat(costs.encoderShares()[module.gate(layer)])
            .isEqualTo(costs.encoderShares()[module.gate(0)]);
      }
    }
    for (DecoderModule module : DecoderModule.values()) {
      assertThat(costs.decoderShares()[module.gate(1)])
          .isEqualTo(costs.decoderShares()[module.gate(0)]);
    }
  }

  @Test
  void theEncodersSharesAreThoseOfTheLedger() {
    OwsmConfig config = SmallModels.of(2, 1);
    float[] shares = ModuleCosts.flops(config).encoderShares();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      OwsmModel model = model(manager, config);
      FlopLedger ledger = new FlopLedger(1);
      NDArray frames = manager.randomNormal(new Shape(1, FRAMES, config.encoder().size()));
      model.encoder().forward(manager, frames, FrameMask.none(manager), ModuleGates.OPEN, ledger);
      double merge = ledger.spent(0, CostPart.ENCODER_MERGE) / 2.0;
      double ffn = ledger.spent(0, CostPart.ENCODER_FFN1);
      double att = ledger.spent(0, CostPart.ENCODER_ATT) + merge;
      double mlp = ledger.spent(0, CostPart.ENCODER_CGMLP) + merge;
      double all = 2 * ffn + att + mlp;
      assertThat(2 * shares[EncoderModule.FFN1.gate(0)])
          .isCloseTo((float) (ffn / all), within(1e-5f));
      assertThat(shares[EncoderModule.FFN2.gate(0)]).isEqualTo(shares[EncoderModule.FFN1.gate(0)]);
      assertThat(2 * shares[EncoderModule.ATT.gate(0)])
          .isCloseTo((float) (att / all), within(1e-5f));
      assertThat(2 * shares[EncoderModule.CGMLP.gate(0)])
          .isCloseTo((float) (mlp / all), within(1e-5f));
    }
  }

  @Test
  void theDecodersSharesAreThoseOfTheLedger() {
    OwsmConfig config = SmallModels.of(1, 1);
    float[] shares = ModuleCosts.flops(config).decoderShares();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      OwsmModel model = model(manager, config);
      FlopLedger ledger = new FlopLedger(1);
      NDArray encoded = manager.randomNormal(new Shape(1, FRAMES, config.encoder().size()));
      try (DecoderState state = model.decoder().start(manager, encoded, ModuleGates.OPEN, ledger)) {
        state.prefill(manager, new int[][] {{4, 2, 3, 2, 3}});
      }
      double src = ledger.spent(0, CostPart.DECODER_SRC);
      double ffn = ledger.spent(0, CostPart.DECODER_FFN);
      double self = ledger.spent(0, CostPart.DECODER_SELF);
      assertThat((double) shares[DecoderModule.SRC.gate(0)] / shares[DecoderModule.FFN.gate(0)])
          .isCloseTo(src / ffn, within(1e-5));
      // A prefill computes all pairs of tokens; the costs count each token with those before it.
      double pairs = 2.0 * TOKENS * TOKENS * config.encoder().size();
      assertThat((double) shares[DecoderModule.SELF.gate(0)] / shares[DecoderModule.FFN.gate(0)])
          .isCloseTo((self - pairs) / ffn, within(1e-5));
    }
  }

  private static OwsmModel model(NDManager manager, OwsmConfig config) {
    Map<String, NDArray> weights = new HashMap<>();
    OwsmParameters.expected(config)
        .forEach(
            (name, shape) -> {
              if (!OwsmParameters.OPTIONAL.contains(name)) {
                weights.put(name, manager.randomNormal(shape));
              }
            });
    return new OwsmModel(config, new Weights(manager, weights));
  }

  private static double sum(float[] shares) {
    double sum = 0;
    for (float share : shares) {
      sum += share;
    }
    return sum;
  }
}
