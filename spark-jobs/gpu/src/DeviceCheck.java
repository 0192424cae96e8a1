import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.spark.task.TaskDevice;

/** Says what DJL finds on this machine, and computes a product on a device and on the CPU. */
public final class DeviceCheck {
  private DeviceCheck() {}

  /** Takes the name of the device, such as {@code cuda:0}. */
  public static void main(String[] arguments) {
    System.out.println(Engine.getEngine("PyTorch"));
    System.out.println("GPUs: " + Engine.getEngine("PyTorch").getGpuCount());
    try (NDManager cpu = new TaskDevice(TaskDevice.CPU, 2).newManager();
        NDManager device = new TaskDevice(arguments[0], 2).newManager()) {
      NDArray a = cpu.randomNormal(new Shape(512, 512));
      NDArray expected = a.dot(a);
      NDArray there = a.toDevice(device.getDevice(), true);
      NDArray found = there.dot(there).toDevice(cpu.getDevice(), true);
      double error = found.sub(expected).abs().max().getFloat();
      System.out.printf("product on %s: largest error %.2g%n", arguments[0], error);
      if (!(error < 1)) {
        System.exit(1);
      }
    }
  }
}
