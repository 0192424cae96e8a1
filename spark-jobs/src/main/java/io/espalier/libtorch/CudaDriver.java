package io.espalier.libtorch;

import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What NVIDIA's driver says. It is asked directly: DJL counts GPUs with CUDA's runtime library,
 * which it finds on some machines only.
 *
 * @param gpus that this process may use, in the order of their CUDA indices
 * @param problem why there is none, with the fix
 */
record CudaDriver(List<Gpu> gpus, Optional<String> problem) {
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int NO_DEVICE = 100;

  /** CUDA 12.0, as the driver writes it. */
  private static final int OLDEST_CUDA = 12_000;

  /** Asks the driver of this machine. */
  static CudaDriver ofThisMachine() {
    DriverApi api;
    try {
      api = Native.load("libcuda.so.1", DriverApi.class);
    } catch (UnsatisfiedLinkError e) {
      return none(
          "this machine has no NVIDIA driver (libcuda.so.1); install it, or run on a machine with"
              + " a GPU");
    }
    return ask(api, System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  /**
   * Asks a driver.
   *
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, or null
   */
  static CudaDriver ask(DriverApi api, String visible) {
    int result = api.cuInit(0);
    if (result == NO_DEVICE) {
      return none(noGpu(visible));
    }
    if (result != 0) {
      return none(
          String.format(
              Locale.ROOT,
              "the NVIDIA driver cannot start (error %d of cuInit); check that nvidia-smi works",
              result));
    }
    IntByReference number = new IntByReference();
    if (api.cuDriverGetVersion(number) == 0 && number.getValue() < OLDEST_CUDA) {
      return none(
          String.format(
              Locale.ROOT,
              "the NVIDIA driver supports CUDA %d.%d, and libtorch needs CUDA 12; install driver"
                  + " 525 or later",
              number.getValue() / 1000,
              number.getValue() % 1000 / 10));
    }
    int count = api.cuDeviceGetCount(number) == 0 ? number.getValue() : 0;
    if (count == 0) {
      return none(noGpu(visible));
    }
    List<Gpu> gpus = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      gpus.add(describe(api, index));
    }
    return new CudaDriver(List.copyOf(gpus), Optional.empty());
  }

  private static CudaDriver none(String problem) {
    return new CudaDriver(List.of(), Optional.of(problem));
  }

  private static String noGpu(String visible) {
    return visible == null
        ? "the NVIDIA driver finds no GPU; check nvidia-smi"
        : "the NVIDIA driver finds no GPU that CUDA_VISIBLE_DEVICES=%s permits; change it"
            .formatted(visible);
  }

  private static Gpu describe(DriverApi api, int index) {
    IntByReference device = new IntByReference();
    check("cuDeviceGet", api.cuDeviceGet(device, index));
    byte[] name = new byte[256];
    check("cuDeviceGetName", api.cuDeviceGetName(name, name.length, device.getValue()));
    LongByReference bytes = new LongByReference();
    check("cuDeviceTotalMem", api.cuDeviceTotalMem_v2(bytes, device.getValue()));
    return new Gpu(
        Native.toString(name, "UTF-8"),
        attribute(api, CAPABILITY_MAJOR, device.getValue()),
        attribute(api, CAPABILITY_MINOR, device.getValue()),
        bytes.getValue());
  }

  private static int attribute(DriverApi api, int attribute, int device) {
    IntByReference value = new IntByReference();
    check("cuDeviceGetAttribute", api.cuDeviceGetAttribute(value, attribute, device));
    return value.getValue();
  }

  private static void check(String call, int result) {
    if (result != 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot describe a GPU: %s returned error %d. Check nvidia-smi",
              call,
              result));
    }
  }
}
