package io.espalier.libtorch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import io.espalier.conf.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The libtorch of this process. Everything that computes starts it here and not with DJL, because
 * it has to be chosen before DJL's engine loads one, and stays the same until the process ends.
 */
public final class Libtorch {
  private static final String ENGINE = "PyTorch";
  private static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  /** Tells DJL which of its JNI libraries fits. */
  private static final String FLAVOR = "PYTORCH_FLAVOR";

  private static final String WANTED = "ESPALIER_LIBTORCH";

  private final Engine engine;
  private final Choice choice;

  private Libtorch(Engine engine, Choice choice) {
    this.engine = engine;
    this.choice = choice;
  }

  /** The choice of this process, which can be made only once. */
  private static final class Chosen {
    // Also keeps the libraries loaded that libtorch looks for.
    static final CudaParts PARTS = new MachineParts();
    static final Supplier<Choice> CHOICE = choose();

    private static Supplier<Choice> choose() {
      try {
        Choice made = make();
        return () -> made;
      } catch (UsageException e) {
        return () -> {
          throw e;
        };
      }
    }

    private static Choice make() {
      String own = Utils.getEnvOrSystemProperty(LIBRARY_PATH);
      if (own != null) {
        if (Utils.getEnvOrSystemProperty(FLAVOR) == null) {
          boolean cuda = Files.exists(Path.of(own, "libtorch_cuda.so"));
          System.setProperty(FLAVOR, cuda ? CudaArchive.FLAVOR : "cpu");
        }
        return Choice.own(own, PARTS.driver());
      }
      LibraryCache.require();
      return Choice.of(Choice.Wanted.of(Utils.getEnvOrSystemProperty(WANTED, "auto")), PARTS);
    }
  }

  /**
   * Starts libtorch, or returns the one that runs.
   *
   * @throws UsageException if {@code ESPALIER_LIBTORCH} asks for CUDA and something is missing
   */
  public static Libtorch start() {
    Choice choice = Chosen.CHOICE.get();
    choice.directory().ifPresent(Libtorch::select);
    try {
      return new Libtorch(Loaded.engine(), choice);
    } catch (EngineException e) {
      throw choice.directory().isEmpty()
          ? e
          : new IllegalStateException(
              "Cannot load libtorch for CUDA: %s. Set ESPALIER_LIBTORCH=cpu to do without"
                  .formatted(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
              e);
    }
  }

  /** The engine of this process, which is loaded once. */
  private static final class Loaded {
    private static Engine engine;

    static synchronized Engine engine() {
      if (engine == null) {
        engine = Engine.getEngine(ENGINE);
        NativeExit.hook();
      }
      return engine;
    }
  }

  private static void select(Path directory) {
    System.setProperty(LIBRARY_PATH, directory.toString());
    System.setProperty(FLAVOR, CudaArchive.FLAVOR);
  }

  /** A manager of arrays on a device, which the caller closes. */
  public static NDManager newManager(Device device) {
    start();
    return NDManager.newBaseManager(device, ENGINE);
  }

  /**
   * A GPU.
   *
   * @param index of CUDA
   * @throws UsageException if it cannot be used; says why and what to do
   */
  public static Device gpu(int index) {
    return start().checked(index);
  }

  private Device checked(int index) {
    Optional<String> problem = problem(index);
    if (problem.isPresent()) {
      throw new UsageException(
          String.format(
              Locale.ROOT, "Cannot use cuda:%d: %s, or give --device cpu", index, problem.get()));
    }
    return Device.gpu(index);
  }

  private Optional<String> problem(int index) {
    Optional<String> problem = choice.problem(index);
    return problem.isEmpty() && !engine.hasCapability(StandardCapabilities.CUDA)
        ? Optional.of("this libtorch is for CPUs only; name one for CUDA")
        : problem;
  }

  /** The version of libtorch. */
  public String version() {
    return engine.getVersion();
  }

  /** Such as {@code for CPUs}, {@code for CUDA 12.8, cuDNN 9.7.1}, or where it comes from. */
  public String build() {
    return choice.build();
  }

  /** The GPUs that the driver shows, whether libtorch can use them or not. */
  public List<Gpu> gpus() {
    return choice.driver().gpus();
  }

  /** The devices that it can use, as {@code --device} names them. */
  public List<String> devices() {
    List<String> devices = new ArrayList<>(List.of("cpu"));
    for (int index = 0; index < gpus().size(); index++) {
      if (problem(index).isEmpty()) {
        devices.add("cuda:" + index);
      }
    }
    return devices;
  }

  /** Why no GPU can be used, with the fix; absent if one can. */
  public Optional<String> problem() {
    return choice.problem();
  }
}
