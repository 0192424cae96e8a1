package io.espalier.spark.bundle;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.espalier.checkpoint.Bundle;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Opens a bundle as an OWSM on DJL's PyTorch engine. */
public final class OwsmOpener implements BundleOpener {
  private static final long serialVersionUID = 1L;
  private static final String ENGINE = "PyTorch";

  @Override
  public OpenBundle open(Path directory, TaskDevice device) throws IOException {
    JniUtils.setGradMode(false);
    return new OpenOwsm(Bundle.open(directory).load(djlDevice(device)));
  }

  /** The same device in DJL's words. */
  public static Device djlDevice(TaskDevice device) {
    if (!device.isGpu()) {
      return Device.cpu();
    }
    int index = Integer.parseInt(device.name().substring(device.name().indexOf(':') + 1));
    int there = Engine.getEngine(ENGINE).getGpuCount();
    if (index >= there) {
      throw new IllegalStateException(
          String.format(
                  Locale.ROOT,
                  "Cannot use %s: libtorch sees %d GPUs. Build with -Pcuda and check the driver, or"
                      + " give",
                  device.name(),
                  there)
              + " --device cpu");
    }
    return Device.gpu(index);
  }

  /** One model. */
  private record OpenOwsm(LoadedOwsm owsm) implements OpenBundle {
    @Override
    public Transcriber transcriber(Decoding decoding, int threads) {
      // libtorch keeps both for each thread, and a task computes on the one that opens it.
      JniUtils.setGradMode(false);
      JniUtils.setNumThreads(threads);
      return owsm.transcriber(decoding);
    }

    @Override
    public void close() {
      owsm.close();
    }
  }
}
