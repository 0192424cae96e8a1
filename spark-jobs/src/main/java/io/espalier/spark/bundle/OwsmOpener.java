package io.espalier.spark.bundle;

import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Precision;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Transcriber;
import io.espalier.search.ctc.LoadedOwsmCtc;
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
    Bundle bundle = Bundle.open(directory);
    return bundle.isCtc()
        ? new OpenCtc(bundle.loadCtc(device.djl(), precision), device)
        : new OpenOwsm(bundle.load(device.djl(), precision), device);
  }

  /** One OWSM-CTC. */
  private record OpenCtc(LoadedOwsmCtc owsm, TaskDevice device) implements OpenBundle {
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

  /** One encoder-decoder. */
  private record OpenOwsm(LoadedOwsm owsm, TaskDevice device) implements OpenBundle {
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
