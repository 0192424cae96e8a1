package io.espalier.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmConfig;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As many modules as asked for, drawn anew for each utterance: the baseline that a predictor has to
 * beat. An utterance's draw depends on its id and the seed alone.
 */
final class RandomGates implements GatePolicy {
  private static final Pattern TEXT =
      Pattern.compile("([01](?:\\.[0-9]+)?)/([01](?:\\.[0-9]+)?):([0-9]{1,18})");
  private static final long DECODER_STREAM = 0x5851F42D4C957F2DL;

  private final int encoderModules;
  private final int decoderModules;
  private final double encoderOpen;
  private final double decoderOpen;
  private final long seed;

  private RandomGates(OwsmConfig config, double encoderOpen, double decoderOpen, long seed) {
    this.encoderModules = GateParameters.encoderModules(config);
    this.decoderModules = GateParameters.decoderModules(config);
    this.encoderOpen = encoderOpen;
    this.decoderOpen = decoderOpen;
    this.seed = seed;
  }

  /**
   * Reads {@code ENCODER/DECODER:SEED}, such as {@code 0.5/0.6:7}: shares of open modules.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static RandomGates parse(String text, OwsmConfig config) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || share(matcher, 1) > 1 || share(matcher, 2) > 1) {
      throw new IllegalArgumentException(
          "Invalid random gates: %s, must be like 0.5/0.6:7, the shares of open modules in encoder"
                  .formatted(text)
              + " and decoder and a seed");
    }
    return new RandomGates(
        config, share(matcher, 1), share(matcher, 2), Long.parseLong(matcher.group(3)));
  }

  private static double share(Matcher matcher, int group) {
    return Double.parseDouble(matcher.group(group));
  }

  @Override
  public boolean differs() {
    return true;
  }

  @Override
  public boolean[][] encoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return draw(rows, encoderModules, encoderOpen, seed);
  }

  @Override
  public boolean[][] decoder(
      NDManager manager, NDArray frames, List<GateInput> rows, CostMeter meter) {
    return draw(rows, decoderModules, decoderOpen, seed ^ DECODER_STREAM);
  }

  private static boolean[][] draw(List<GateInput> rows, int modules, double open, long stream) {
    return rows.stream()
        .map(row -> draw(modules, open, new SplittableRandom(stream + row.id().hashCode())))
        .toArray(boolean[][]::new);
  }

  private static boolean[] draw(int modules, double open, SplittableRandom random) {
    boolean[] gates = new boolean[modules];
    int left = (int) Math.round(open * modules);
    // Each module is taken with the share of what is still to be taken among those still to come.
    for (int i = 0; i < modules; i++) {
      gates[i] = random.nextInt(modules - i) < left;
      left -= gates[i] ? 1 : 0;
    }
    return gates;
  }

  @Override
  public long contextFlops(UtteranceContext context) {
    return 0;
  }
}
