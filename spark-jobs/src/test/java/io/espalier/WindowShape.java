package io.espalier;

import io.espalier.owsm.OwsmConfig;
import java.util.List;

/** Shapes of models that are never built, for what depends on the window alone. */
public final class WindowShape {
  private WindowShape() {}

  /** A model of 16 kHz with a frame each 10 ms. */
  public static OwsmConfig of(double windowS) {
    return new OwsmConfig(
        new OwsmConfig.Frontend(16_000, 512, 400, 160, 2, 0, 8000, false),
        new OwsmConfig.Encoder(OwsmConfig.InputLayer.CONV2D, 16, 2, 24, 32, 5, 3, false, false, 1),
        new OwsmConfig.Decoder(2, 24, 1),
        List.of("<blank>"),
        false,
        windowS,
        0.02);
  }
}
