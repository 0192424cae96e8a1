package io.espalier.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final Gpu HOPPER = new Gpu("H100", 9, 0, 80L << 30);
  private static final Gpu BLACKWELL = new Gpu("B200", 10, 0, 180L << 30);
  private static final Path DIRECTORY = Path.of("/cache/torch");

  @Test
  void aGpuWithAllThatItNeedsIsUsed() {
    Choice choice = Choice.of(Choice.Wanted.AUTO, new Parts(HOPPER));
    assertThat(choice.directory()).contains(DIRECTORY);
    assertThat(choice.build()).isEqualTo("for CUDA 12.8, cuDNN 9.7.1");
    assertThat(choice.problem()).isEmpty();
    assertThat(choice.problem(0)).isEmpty();
    assertThat(choice.problem(1))
        .hasValue("the NVIDIA driver shows GPUs 0 to 0 only; choose one of them");
  }

  @Test
  void withoutADriverNothingIsLoadedOrUnpacked() {
    Parts parts = new Parts();
    Choice choice = Choice.of(Choice.Wanted.AUTO, parts);
    assertThat(choice.directory()).isEmpty();
    assertThat(choice.build()).isEqualTo("for CPUs");
    assertThat(choice.problem(0)).hasValue("no driver");
    assertThat(parts.touched).isFalse();
  }

  @Test
  void aMissingLibraryIsKeptAsTheReason() {
    Parts parts = new Parts(HOPPER);
    parts.lacking = Optional.of("this machine lacks libcudnn.so.9");
    Choice choice = Choice.of(Choice.Wanted.AUTO, parts);
    assertThat(choice.directory()).isEmpty();
    assertThat(choice.problem(0)).hasValue("this machine lacks libcudnn.so.9");
    assertThatThrownBy(() -> Choice.of(Choice.Wanted.CUDA, parts))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use ESPALIER_LIBTORCH=cuda: this machine lacks libcudnn.so.9. Or unset it");
  }

  @Test
  void aFullDiskIsKeptAsTheReason() {
    Parts parts = new Parts(HOPPER);
    parts.failure = Optional.of(new IOException("No space left on device"));
    assertThat(Choice.of(Choice.Wanted.AUTO, parts).problem().orElseThrow())
        .contains("No space left on device", "set DJL_CACHE_DIR");
  }

  @Test
  void aJarForCpusSaysWhichJarToUse() {
    Parts parts = new Parts(HOPPER);
    parts.packaged = false;
    assertThat(Choice.of(Choice.Wanted.AUTO, parts).problem(0).orElseThrow())
        .contains("libtorch for CPUs only", "mvn -Pcuda package");
    assertThatThrownBy(() -> Choice.of(Choice.Wanted.CUDA, parts))
        .hasMessageContaining("mvn -Pcuda package");
  }

  @Test
  void blackwellIsRefusedByName() {
    assertThat(Choice.of(Choice.Wanted.AUTO, new Parts(BLACKWELL)).problem(0).orElseThrow())
        .startsWith("B200 has compute capability 10.0")
        .contains("not Blackwell", "PYTORCH_LIBRARY_PATH");
    Choice both = Choice.of(Choice.Wanted.AUTO, new Parts(HOPPER, BLACKWELL));
    assertThat(both.problem(0)).isEmpty();
    assertThat(both.problem(1).orElseThrow()).contains("not Blackwell");
  }

  @Test
  void anOwnLibtorchMayKnowNewerGpus() {
    assertThat(Choice.own("/own", new Parts(BLACKWELL).driver()).problem(0)).isEmpty();
  }

  @Test
  void cudaCanBeForcedWithoutAGpuAndCpusWithOne() {
    Choice cuda = Choice.of(Choice.Wanted.CUDA, new Parts());
    assertThat(cuda.directory()).contains(DIRECTORY);
    assertThat(cuda.problem(0)).hasValue("no driver");
    Choice cpus = Choice.of(Choice.Wanted.CPU, new Parts(HOPPER));
    assertThat(cpus.directory()).isEmpty();
    assertThat(cpus.problem(0).orElseThrow()).contains("ESPALIER_LIBTORCH=cpu");
  }

  @Test
  void anotherWishIsAnError() {
    assertThat(Choice.Wanted.of(" cuda ")).isEqualTo(Choice.Wanted.CUDA);
    assertThatThrownBy(() -> Choice.Wanted.of("gpu"))
        .isInstanceOf(UsageException.class)
        .hasMessage("Invalid ESPALIER_LIBTORCH: 'gpu', must be auto, cpu or cuda");
  }

  @Test
  void theCLibraryHasToBeNewEnough() {
    assertThat(Glibc.problem("2.35")).isEmpty();
    assertThat(Glibc.problem("2.36")).isEmpty();
    assertThat(Glibc.problem("3.0").orElseThrow()).contains("needs glibc 2.35");
    assertThat(Glibc.problem("2.34").orElseThrow()).contains("this machine has 2.34");
    assertThat(Glibc.problem("none").orElseThrow()).contains("this machine has none");
  }

  /** A machine that can lack anything. */
  private static final class Parts implements CudaParts {
    private final CudaDriver driver;
    private boolean packaged = true;
    private Optional<String> lacking = Optional.empty();
    private Optional<IOException> failure = Optional.empty();
    private boolean touched;

    Parts(Gpu... gpus) {
      driver =
          new CudaDriver(
              List.of(gpus), gpus.length == 0 ? Optional.of("no driver") : Optional.empty());
    }

    @Override
    public boolean isPackaged() {
      return packaged;
    }

    @Override
    public CudaDriver driver() {
      return driver;
    }

    @Override
    public Optional<String> loadLibraries() {
      touched = true;
      return lacking;
    }

    @Override
    public String versions() {
      return "CUDA 12.8, cuDNN 9.7.1";
    }

    @Override
    public Path unpack() throws IOException {
      if (failure.isPresent()) {
        throw failure.get();
      }
      return DIRECTORY;
    }
  }
}
