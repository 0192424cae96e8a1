package io.espalier.tools.benchmark;

import io.espalier.owsm.OwsmConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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

  private static List<String> tokens() {
    List<String> tokens =
        new ArrayList<>(
            List.of("<blank>", "<unk>", "<na>", "<nospeech>", "<eng>", "<asr>", "<notimestamps>"));
    for (int i = 0; i <= Math.round(WINDOW_S / RESOLUTION_S); i++) {
      tokens.add(String.format(Locale.ROOT, "<%.2f>", i * RESOLUTION_S));
    }
    while (tokens.size() < VOCABULARY - 3) {
      tokens.add("\u2581t" + tokens.size());
    }
    tokens.addAll(List.of("<sos>", "<eos>", "<sop>"));
    return tokens;
  }
}
