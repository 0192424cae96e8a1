package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.conf.UsageException;
import org.junit.jupiter.api.Test;

class LibtorchTest {
  @Test
  void aGpuThatIsNotThereIsRefusedWithTheReason() {
    Libtorch libtorch = Libtorch.start();
    assumeThat(libtorch.devices()).as("This machine has a GPU").containsExactly("cpu");
    String problem = libtorch.problem().orElseThrow();
    assertThatThrownBy(() -> Libtorch.gpu(0))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use cuda:0: " + problem + ", or give --device cpu");
  }

  @Test
  void managersAreOnTheDeviceThatWasAskedFor() {
    try (NDManager manager = Libtorch.newManager(Device.cpu())) {
      assertThat(manager.getDevice()).isEqualTo(Device.cpu());
      assertThat(manager.ones(new Shape(2)).getDevice()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void djlHasTheJniLibraryForTheCudaBuild() {
    assertThat(
            LibtorchTest.class.getResource(
                "/jnilib/linux-x86_64/" + CudaArchive.FLAVOR + "/libdjl_torch.so"))
        .isNotNull();
  }
}
