package io.espalier.spark.task;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.conf.UsageException;
import io.espalier.libtorch.Libtorch;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;

/**
 * The device and threads of one task.
 *
 * @param name {@code cpu} or {@code cuda:N}
 * @param threads intra-op threads on the CPU, at least 1
 */
public record TaskDevice(String name, int threads) {
  /** The name of the CPU. */
  public static final String CPU = "cpu";

  /** A GPU that Spark assigned to the task, otherwise the CPU. */
  public static final String AUTO = "auto";

  /** The GPU that Spark assigned to the task; to have none is an error. */
  public static final String ASSIGNED = "gpu";

  /** The resource that Spark schedules. */
  public static final String GPU_RESOURCE = "gpu";

  /** Whether this is a GPU. */
  public boolean isGpu() {
    return !name.equals(CPU);
  }

  /**
   * Reads {@code --device}: {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
   *
   * @throws UsageException for any other text
   */
  public static String checked(String device) {
    String name = device.strip().toLowerCase(Locale.ROOT);
    if (!name.matches("auto|cpu|cuda(:[0-9]{1,4})?")) {
      throw new UsageException(
          "Invalid device: '%s', must be auto, cpu, cuda or cuda:N".formatted(device));
    }
    return name;
  }

  /**
   * The device of a task.
   *
   * @param device what {@link #checked} gave, or {@link #ASSIGNED}
   * @param resources what Spark assigned to the task
   * @param visible the value of {@code CUDA_VISIBLE_DEVICES}, or null
   */
  static TaskDevice of(
      String device,
      Map<String, ResourceInformation> resources,
      GpuAddress mapping,
      String visible,
      int threads) {
    ResourceInformation gpu = resources.get(GPU_RESOURCE);
    boolean assigned = gpu != null && gpu.addresses().length > 0;
    if (device.startsWith("cuda:") || device.equals(CPU)) {
      return new TaskDevice(device, threads);
    }
    if (assigned) {
      return new TaskDevice("cuda:" + mapping.index(gpu.addresses()[0], visible), threads);
    }
    if (device.equals(ASSIGNED)) {
      throw new UsageException(
          "Cannot use a GPU that Spark assigns: the task has none. Give cuda or cpu as the device");
    }
    return new TaskDevice(device.equals("cuda") ? "cuda:0" : CPU, threads);
  }

  /**
   * The same device in DJL's words.
   *
   * @throws UsageException if it is a GPU that cannot be used; says why and what to do
   */
  public Device djl() {
    if (!isGpu()) {
      return Device.cpu();
    }
    int index = Integer.parseInt(name().substring(name().indexOf(':') + 1));
    return Libtorch.gpu(index);
  }

  /**
   * Checks a device where tasks run in this process.
   *
   * @param device what {@link #checked} gave
   * @throws UsageException if it is a GPU that cannot be used; says why and what to do
   */
  public static void requireInThisProcess(String device) {
    if (device.startsWith("cuda")) {
      new TaskDevice(device.equals("cuda") ? "cuda:0" : device, 1).djl();
    }
  }

  /** A manager of arrays on the device. */
  public NDManager newManager() {
    prepareThread();
    return Libtorch.newManager(djl());
  }

  /**
   * Readies the calling thread to compute: libtorch keeps gradient mode and number of threads for
   * each thread, and a task computes on the one that it began on.
   */
  public void prepareThread() {
    // There is nothing to set before the engine is loaded.
    Libtorch.start();
    JniUtils.setGradMode(false);
    JniUtils.setNumThreads(threads);
  }
}
