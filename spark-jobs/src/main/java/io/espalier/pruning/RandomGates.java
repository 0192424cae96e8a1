package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmConfig;
import java.util.List;
import java.util.SplittableRandom;

/**
 * As many modules as asked for, drawn anew for each utterance: the baseline that a predictor has to
 * beat. An utterance's draw depends on its id and the seed alone.
 */
final class RandomGates implements GatePolicy {
  private static final long DECODER_STREAM = 0x5851F42D4C957F2DL;

  private final int encoderModules;
  private final int regularModules;
  private final int decoderModules;
  private final double encoderOpen;
  private final double decoderOpen;
  private final long seed;

  RandomGates(OwsmConfig config, GateChoice.Random choice) {
    this.encoderModules = GateParameters.encoderModules(config);
    this.regularModules = GateParameters.regularModules(config);
    this.decoderModules = GateParameters.decoderModules(config);
    this.encoderOpen = choice.encoderShare();
    this.decoderOpen = choice.decoderShare();
    this.seed = choice.seed();
  }

  @Override
  public boolean differs() {
    return true;
  }

  @Override
  public List<OpenModules> encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return draw(rows, encoderModules, encoderOpen, seed).stream()
        .map(gates -> gates.withExtra(regularModules))
        .toList();
  }

  @Override
  public List<OpenModules> decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return draw(rows, decoderModules, decoderOpen, seed ^ DECODER_STREAM);
  }

  private static List<OpenModules> draw(
      List<GateInput> rows, int modules, double open, long stream) {
    return rows.stream()
        .map(row -> draw(modules, open, new SplittableRandom(stream + row.id().hashCode())))
        .toList();
  }

  private static OpenModules draw(int modules, double open, SplittableRandom random) {
    boolean[] gates = new boolean[modules];
    int left = (int) Math.round(open * modules);
    // Each module is taken with the share of what is still to be taken among those still to come.
    for (int i = 0; i < modules; i++) {
      gates[i] = random.nextInt(modules - i) < left;
      left -= gates[i] ? 1 : 0;
    }
    return OpenModules.of(gates);
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    return 0;
  }
}
