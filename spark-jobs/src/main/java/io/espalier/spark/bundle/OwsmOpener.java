package io.espalier.spark.bundle;

import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Precision;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedModel;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;

/** Opens a bundle as an OWSM on DJL's PyTorch engine. */
public final class OwsmOpener implements BundleOpener {
  private static final long serialVersionUID = 1L;

  @Override
  public OpenBundle open(Path directory, TaskDevice device, Precision precision)
      throws IOException {
    device.prepareThread();
    return new OpenOwsm(Bundle.open(directory).loadEither(device.djl(), precision), device);
  }

  /** One OWSM. */
  private record OpenOwsm(LoadedModel owsm, TaskDevice device) implements OpenBundle {
    @Override
    public Transcriber transcriber(Decoding decoding, int threads) {
      new TaskDevice(device.name(), threads).prepareThread();
      return owsm.transcriber(decoding);
    }

    @Override
    public void close() {
      owsm.close();
    }
  }
}
