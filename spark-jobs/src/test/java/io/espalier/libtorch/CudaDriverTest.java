package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CudaDriverTest {
  private static final Gpu L4 = new Gpu("NVIDIA L4", 8, 9, 24L << 30);
  private static final Gpu H100 = new Gpu("NVIDIA H100 80GB HBM3", 9, 0, 80L << 30);

  @Test
  void gpusAreDescribedInTheOrderOfTheirIndices() {
    CudaDriver driver = CudaDriver.ask(new Api(0, 12_080, List.of(L4, H100)), null);
    assertThat(driver.problem()).isEmpty();
    assertThat(driver.gpus()).containsExactly(L4, H100);
    assertThat(driver.gpus().get(1))
        .hasToString("NVIDIA H100 80GB HBM3, 80 GiB, compute capability 9.0");
  }

  @Test
  void anOldDriverIsNamedWithTheOneToInstall() {
    assertThat(problem(new Api(0, 11_080, List.of(L4)), null))
        .isEqualTo(
            "the NVIDIA driver supports CUDA 11.8, and libtorch needs CUDA 12; install driver 525"
                + " or later");
  }

  @Test
  void aDriverThatCannotStartIsNotAMachineWithoutGpus() {
    assertThat(problem(new Api(999, 12_080, List.of()), null))
        .contains("cannot start (error 999 of cuInit)", "nvidia-smi");
  }

  @Test
  void hiddenGpusAreToldByTheVariableThatHidesThem() {
    assertThat(problem(new Api(100, 12_080, List.of()), ""))
        .contains("CUDA_VISIBLE_DEVICES= permits");
    assertThat(problem(new Api(0, 12_080, List.of()), null)).contains("finds no GPU");
  }

  @Test
  void onlyGpusThatLibtorchHasCodeForAreSupported() {
    assertThat(L4.isSupported()).isTrue();
    assertThat(H100.isSupported()).isTrue();
    assertThat(new Gpu("K80", 3, 7, 0).isSupported()).isFalse();
    assertThat(new Gpu("RTX 5090", 12, 0, 0).isSupported()).isFalse();
  }

  private static String problem(DriverApi api, String visible) {
    CudaDriver driver = CudaDriver.ask(api, visible);
    assertThat(driver.gpus()).isEmpty();
    return driver.problem().orElseThrow();
  }

  /** A driver that answers as told; a device's handle is its index plus 7. */
  private record Api(int start, int version, List<Gpu> gpus) implements DriverApi {
    private static final int HANDLE = 7;

    @Override
    public int cuInit(int flags) {
      return start;
    }

    @Override
    public int cuDriverGetVersion(IntByReference number) {
      number.setValue(version);
      return 0;
    }

    @Override
    public int cuDeviceGetCount(IntByReference count) {
      count.setValue(gpus.size());
      return 0;
    }

    @Override
    public int cuDeviceGet(IntByReference device, int index) {
      device.setValue(index + HANDLE);
      return 0;
    }

    @Override
    public int cuDeviceGetName(byte[] name, int length, int device) {
      byte[] text = gpus.get(device - HANDLE).name().getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, name, 0, text.length);
      return 0;
    }

    @Override
    public int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
      Gpu gpu = gpus.get(device - HANDLE);
      value.setValue(
          switch (attribute) {
            case 75 -> gpu.major();
            case 76 -> gpu.minor();
            default -> throw new IllegalArgumentException("Unknown attribute: " + attribute);
          });
      return 0;
    }

    @Override
    public int cuDeviceTotalMem_v2(LongByReference bytes, int device) {
      bytes.setValue(gpus.get(device - HANDLE).bytes());
      return 0;
    }
  }
}
