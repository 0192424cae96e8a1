package io.espalier.tools.benchmark;

import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** The published sizes of OWSM v3.1, and a tiny one, with its 50,002 tokens and 30 s windows. */
public enum ModelSize {
  /** Computes next to nothing: to try a measurement out. */
  TINY(64, 2, 128, 6),
  /** 101 million parameters. */
  BASE(384, 6, 1536, 6),
  /** 367 million parameters. */
  SMALL(768, 12, 3072, 9),
  /** 1.02 billion parameters. */
  MEDIUM(1024, 16, 4096, 18);

  private static final int VOCABULARY = 50_002;
  private static final int PROMPT_LAYERS = 4;

  /** Layers of OWSM-CTC, from 0, behind which its predictions are added to the frames. */
  private static final List<Integer> CONDITIONED = List.of(5, 11, 14, 20);

  private static final double RESOLUTION_S = 0.02;
  static final double WINDOW_S = 30;

  private final int width;
  private final int heads;
  private final int units;
  private final int layers;

  ModelSize(int width, int heads, int units, int layers) {
    this.width = width;
    this.heads = heads;
    this.units = units;
    this.layers = layers;
  }

  /** The name of the size, as published. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The configuration of a model of this size. */
  OwsmConfig config() {
    return new OwsmConfig(
        new OwsmConfig.Frontend(16_000, 512, 400, 160, 80, 0, 8000, false),
        new OwsmConfig.Encoder(
            OwsmConfig.InputLayer.CONV2D, width, heads, units, units, 31, 31, false, false, layers),
        new OwsmConfig.Decoder(heads, units, layers),
        tokens(),
        false,
        WINDOW_S,
        RESOLUTION_S);
  }

  /**
   * The configuration of an OWSM-CTC of this width: {@link #MEDIUM} is v3.1 and v4 as published,
   * with 27 layers, of which every third attends to the prompt.
   *
   * @param mels 80 in v3.1, 128 in v4
   */
  OwsmConfig ctcConfig(int mels) {
    int blocks = layers * 3 / 2;
    List<Integer> everyThird = IntStream.range(0, blocks).filter(i -> i % 3 == 2).boxed().toList();
    List<Integer> conditioned = CONDITIONED.stream().filter(layer -> layer < blocks - 1).toList();
    return new OwsmConfig(
        new OwsmConfig.Frontend(16_000, 512, 400, 160, mels, 0, 8000, false),
        new OwsmConfig.Encoder(
            OwsmConfig.InputLayer.CONV2D8,
            width,
            heads,
            units,
            units,
            31,
            31,
            false,
            false,
            blocks),
        OwsmConfig.Decoder.NONE,
        Optional.of(
            new OwsmConfig.CtcOnly(
                width / 2, heads / 2, units / 2, PROMPT_LAYERS, everyThird, conditioned)),
        tokens(List.of("<nolang>")),
        false,
        WINDOW_S,
        RESOLUTION_S);
  }

  private static List<String> tokens() {
    List<String> more = new ArrayList<>(List.of("<notimestamps>"));
    for (int i = 0; i <= Math.round(WINDOW_S / RESOLUTION_S); i++) {
      more.add(String.format(Locale.ROOT, "<%.2f>", i * RESOLUTION_S));
    }
    return tokens(more);
  }

  private static List<String> tokens(List<String> more) {
    List<String> tokens =
        new ArrayList<>(List.of("<blank>", "<unk>", "<na>", "<nospeech>", "<eng>", "<asr>"));
    tokens.addAll(more);
    while (tokens.size() < VOCABULARY - 3) {
      tokens.add("\u2581t" + tokens.size());
    }
    tokens.addAll(List.of("<sos>", "<eos>", "<sop>"));
    return tokens;
  }
}
