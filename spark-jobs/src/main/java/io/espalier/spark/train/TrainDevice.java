package io.espalier.spark.train;

import ai.djl.Device;
import io.espalier.conf.UsageException;
import io.espalier.libtorch.Libtorch;

/** The option {@code --device} of {@code train}. */
final class TrainDevice {
  private TrainDevice() {}

  /**
   * The device of a name, which is ready to use.
   *
   * @param name {@code cpu}, {@code cuda} or {@code cuda:N}
   * @throws UsageException if it is none of these, or a GPU that cannot be used
   */
  static Device of(String name) {
    Libtorch.start();
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    if (!name.matches("cuda(:[0-9]{1,4})?")) {
      throw new UsageException(
          "Cannot train on device %s, must be cpu, cuda or cuda:N".formatted(name));
    }
    return Libtorch.gpu(
        name.equals("cuda") ? 0 : Integer.parseInt(name.substring("cuda:".length())));
  }
}
