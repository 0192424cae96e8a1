package io.espalier.nn;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.espalier.conf.UsageException;
import java.util.Arrays;
import java.util.Locale;

/** The option {@code --precision}: a precision, or the one that suits the device. */
public enum PrecisionChoice {
  /**
   * {@link Precision#BFLOAT16} on CPUs that multiply it themselves and on GPUs of compute
   * capability 8.0 and later, {@link Precision#FLOAT32} elsewhere. Never {@link Precision#INT8} or
   * {@link Precision#FLOAT16}, which change more texts.
   */
  AUTO,
  FLOAT32,
  BFLOAT16,
  FLOAT16,
  INT8;

  private static final int FIRST_CAPABILITY_WITH_BFLOAT16 = 80;

  /**
   * Reads the option's text.
   *
   * @throws UsageException for any other text
   */
  public static PrecisionChoice parse(String text) {
    return Arrays.stream(values())
        .filter(choice -> choice.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "Invalid precision: '%s', must be auto, float32, bfloat16, float16 or int8"
                        .formatted(text)));
  }

  /** As options have it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision on a device of this machine.
   *
   * @throws UsageException if the device cannot compute in it
   */
  public Precision on(Device device) {
    boolean bfloat16 =
        device.isGpu()
            ? capability(device) >= FIRST_CAPABILITY_WITH_BFLOAT16
            : CpuFeatures.ofThisMachine().hasBfloat16();
    Precision precision =
        switch (this) {
          case AUTO -> bfloat16 ? Precision.BFLOAT16 : Precision.FLOAT32;
          case FLOAT32 -> Precision.FLOAT32;
          case BFLOAT16 -> Precision.BFLOAT16;
          case FLOAT16 -> Precision.FLOAT16;
          case INT8 -> Precision.INT8;
        };
    precision.requireOn(device);
    return precision;
  }

  /**
   * Whether gradients of dense convolutions in bfloat16 can be trusted. With Intel's AMX, oneDNN
   * 3.7 now and then returns NaN for them.
   */
  public static boolean convolvesInBfloat16(Device device) {
    return device.isGpu() || !CpuFeatures.ofThisMachine().hasBfloat16Tiles();
  }

  /** Ten times the compute capability of a GPU, such as 90. */
  private static int capability(Device gpu) {
    return Integer.parseInt(CudaUtils.getComputeCapability(gpu.getDeviceId()));
  }
}
