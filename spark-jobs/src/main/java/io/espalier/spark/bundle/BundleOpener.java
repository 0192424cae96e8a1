package io.espalier.spark.bundle;

import io.espalier.nn.Precision;
import io.espalier.search.Decoding;
import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/** Reads a bundle into memory. */
@FunctionalInterface
public interface BundleOpener extends Serializable {
  /** A model in the memory of one device, for all tasks of this process. */
  interface OpenBundle extends AutoCloseable {
    /**
     * A transcriber for the calling thread, over the shared model.
     *
     * @param threads intra-op threads on the CPU
     */
    Transcriber transcriber(Decoding decoding, int threads);

    @Override
    void close();
  }

  /**
   * Opens a bundle and checks its files against its card.
   *
   * @param directory of this machine
   * @param device where the model will compute
   * @param precision what it will compute in
   */
  OpenBundle open(Path directory, TaskDevice device, Precision precision) throws IOException;
}
