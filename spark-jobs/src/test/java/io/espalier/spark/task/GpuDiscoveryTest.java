package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuDiscoveryTest {
  @TempDir Path directory;

  @Test
  void wholeGpusAreGivenByIndex() throws Exception {
    driverSays("echo 'GPU 0: A (UUID: GPU-a)'; echo 'GPU 1: A (UUID: GPU-b)'");
    assertThat(discover()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}");
  }

  @Test
  void slicedGpusAreGivenByTheirSlices() throws Exception {
    driverSays(
        "echo 'GPU 0: A (UUID: GPU-a)'; echo '  MIG 1g.10gb Device 0: (UUID: MIG-x)';"
            + " echo '  MIG 1g.10gb Device 1: (UUID: MIG-y)'; echo 'GPU 1: A (UUID: GPU-b)'");
    assertThat(discover())
        .isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"MIG-x\", \"MIG-y\", \"1\"]}");
  }

  @Test
  void aBrokenDriverMeansNoGpu() throws Exception {
    driverSays("exit 9");
    assertThat(discover()).isEqualTo("{\"name\": \"gpu\", \"addresses\": []}");
  }

  private void driverSays(String script) throws IOException {
    Path driver = Files.writeString(directory.resolve("nvidia-smi"), "#!/bin/sh\n" + script + "\n");
    assertThat(driver.toFile().setExecutable(true)).isTrue();
  }

  private String discover() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("../conf/gpu-discovery.sh");
    builder.environment().merge("PATH", directory.toString(), (old, first) -> first + ":" + old);
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.strip();
  }
}
