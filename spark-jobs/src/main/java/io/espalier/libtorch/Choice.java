package io.espalier.libtorch;

import io.espalier.conf.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which libtorch a process loads.
 *
 * @param build in words
 * @param directory of a libtorch for CUDA; absent for the one that DJL finds by itself
 * @param driver what NVIDIA's driver says
 * @param problem why no GPU can be used, with the fix
 * @param checksGpus whether it is known which GPUs this libtorch has code for
 */
record Choice(
    String build,
    Optional<Path> directory,
    CudaDriver driver,
    Optional<String> problem,
    boolean checksGpus) {
  /** What the user may ask for in {@code ESPALIER_LIBTORCH}. */
  enum Wanted {
    /** CUDA where there is a GPU and all that it needs, CPUs otherwise. */
    AUTO,
    CPU,
    /** CUDA, also without a GPU; what is missing is an error. */
    CUDA;

    /**
     * Reads the variable.
     *
     * @throws UsageException if it is none of these
     */
    static Wanted of(String text) {
      for (Wanted wanted : values()) {
        if (wanted.name().toLowerCase(Locale.ROOT).equals(text.strip())) {
          return wanted;
        }
      }
      throw new UsageException(
          "Invalid ESPALIER_LIBTORCH: '%s', must be auto, cpu or cuda".formatted(text));
    }
  }

  /** The libtorch that the user named in {@code PYTORCH_LIBRARY_PATH}. */
  static Choice own(String path, CudaDriver driver) {
    return new Choice(
        "from PYTORCH_LIBRARY_PATH=" + path, Optional.empty(), driver, driver.problem(), false);
  }

  /**
   * Chooses.
   *
   * @throws UsageException if CUDA is wanted and something is missing
   */
  static Choice of(Wanted wanted, CudaParts parts) {
    CudaDriver driver = parts.driver();
    if (wanted == Wanted.CPU) {
      return cpu(driver, "ESPALIER_LIBTORCH=cpu chose libtorch for CPUs; unset it");
    }
    if (!parts.isPackaged()) {
      return cpuUnless(
          wanted,
          driver,
          "this build has libtorch for CPUs only; use the jar that mvn -Pcuda package makes");
    }
    Optional<String> noGpu = driver.problem().or(() -> unsupported(driver));
    if (noGpu.isPresent() && wanted == Wanted.AUTO) {
      return cpu(driver, noGpu.get());
    }
    Optional<String> lacks = parts.loadLibraries();
    if (lacks.isPresent()) {
      return cpuUnless(wanted, driver, lacks.get());
    }
    try {
      Path directory = parts.unpack();
      return new Choice("for " + parts.versions(), Optional.of(directory), driver, noGpu, true);
    } catch (IOException e) {
      return cpuUnless(
          wanted,
          driver,
          "libtorch for CUDA cannot be unpacked (%s); set DJL_CACHE_DIR to a writable directory with"
                  .formatted(e)
              + " 2 GB of free space");
    }
  }

  /** Why one GPU cannot be used, with the fix; absent if it can. */
  Optional<String> problem(int index) {
    List<Gpu> gpus = driver.gpus();
    if (problem.isPresent()) {
      return problem;
    }
    if (index >= gpus.size()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the NVIDIA driver shows GPUs 0 to %d only; choose one of them",
              gpus.size() - 1));
    }
    return checksGpus && !gpus.get(index).isSupported()
        ? Optional.of(gpus.get(index).unsupported())
        : Optional.empty();
  }

  private static Optional<String> unsupported(CudaDriver driver) {
    return driver.gpus().stream().noneMatch(Gpu::isSupported)
        ? driver.gpus().stream().findFirst().map(Gpu::unsupported)
        : Optional.empty();
  }

  private static Choice cpuUnless(Wanted wanted, CudaDriver driver, String problem) {
    if (wanted == Wanted.CUDA) {
      throw new UsageException(
          "Cannot use ESPALIER_LIBTORCH=cuda: %s. Or unset it".formatted(problem));
    }
    return cpu(driver, problem);
  }

  private static Choice cpu(CudaDriver driver, String problem) {
    return new Choice("for CPUs", Optional.empty(), driver, Optional.of(problem), true);
  }
}
