package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.espalier.conf.UsageException;
import io.espalier.libtorch.Libtorch;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {
  private static final Map<String, ResourceInformation> NOTHING = Map.of();

  @Test
  void withoutAnAssignedGpuAutoIsTheCpu() {
    assertThat(device("auto", NOTHING, GpuAddress.AUTO, null)).isEqualTo("cpu");
    assertThat(device("auto", NOTHING, GpuAddress.AUTO, "0")).isEqualTo("cpu");
  }

  @Test
  void theAssignedGpuIsUsed() {
    assertThat(device("auto", gpu("3"), GpuAddress.AUTO, null)).isEqualTo("cuda:3");
    assertThat(device("cuda", gpu("3"), GpuAddress.AUTO, null)).isEqualTo("cuda:3");
  }

  @Test
  void aForcedDeviceWinsOverTheAssignedOne() {
    assertThat(device("cpu", gpu("3"), GpuAddress.AUTO, null)).isEqualTo("cpu");
    assertThat(device("cuda:1", gpu("3"), GpuAddress.AUTO, null)).isEqualTo("cuda:1");
    assertThat(device("cuda", NOTHING, GpuAddress.AUTO, null)).isEqualTo("cuda:0");
  }

  @Test
  void aVisibleAddressIsItsPlaceInTheList() {
    assertThat(device("auto", gpu("5"), GpuAddress.AUTO, "2, 5")).isEqualTo("cuda:1");
    assertThat(device("auto", gpu("GPU-ab"), GpuAddress.VISIBLE, "GPU-cd,GPU-ab"))
        .isEqualTo("cuda:1");
    assertThat(device("auto", gpu("5"), GpuAddress.INDEX, "2,5")).isEqualTo("cuda:5");
    assertThat(device("auto", gpu("GPU-ab"), GpuAddress.FIRST, null)).isEqualTo("cuda:0");
  }

  @Test
  void anAddressThatMeansNothingIsAnError() {
    assertThatThrownBy(() -> device("auto", gpu("GPU-ab"), GpuAddress.AUTO, null))
        .hasMessage(
            "Cannot use GPU: address GPU-ab is not an index. Set gpu-address to first or visible");
    assertThatThrownBy(() -> device("auto", gpu("7"), GpuAddress.VISIBLE, "0,1"))
        .hasMessageContaining("address 7 is not in CUDA_VISIBLE_DEVICES=0,1");
  }

  @Test
  void namesOfDevicesAreChecked() {
    assertThat(TaskDevice.checked(" CUDA:1")).isEqualTo("cuda:1");
    assertThatThrownBy(() -> TaskDevice.checked("gpu"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'gpu', must be auto, cpu, cuda or cuda:N");
  }

  @Test
  void aGpuThatCannotBeUsedNeverBecomesTheCpu() {
    assumeThat(Libtorch.start().devices()).as("This machine has a GPU").containsExactly("cpu");
    TaskDevice assigned = TaskDevice.of("auto", gpu("0"), GpuAddress.AUTO, null, 1);
    assertThatThrownBy(assigned::djl)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use cuda:0: ");
    assertThatThrownBy(assigned::newManager).hasMessageStartingWith("Cannot use cuda:0: ");
  }

  @Test
  void theAssignedGpuCanBeMadeACondition() {
    assertThat(device("gpu", gpu("3"), GpuAddress.AUTO, null)).isEqualTo("cuda:3");
    assertThatThrownBy(() -> device("gpu", NOTHING, GpuAddress.AUTO, null))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the task has none");
  }

  private static Map<String, ResourceInformation> gpu(String address) {
    return Map.of("gpu", new ResourceInformation("gpu", new String[] {address}));
  }

  private static String device(
      String wanted, Map<String, ResourceInformation> resources, GpuAddress mapping, String seen) {
    return TaskDevice.of(wanted, resources, mapping, seen, 1).name();
  }
}
