package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Slow, for JNA looks for each missing library in every jar of the class path. */
@Tag("slow")
class MachineLibrariesTest {
  @Test
  void everyMissingLibraryIsNamedWithItsProduct() {
    Optional<String> problem = MachineLibraries.load().problem();
    assumeThat(problem).as("This machine has CUDA 12 and cuDNN 9").isPresent();
    assumeThat(problem.get()).as("This machine has CUDA 12").contains("libcudart.so.12");
    assertThat(problem.get())
        .startsWith("this machine lacks libcudart.so.12 of CUDA 12, ")
        .endsWith("; install it, or name its directory in LD_LIBRARY_PATH");
  }
}
