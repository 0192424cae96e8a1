package io.espalier.tools.benchmark;

import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.TaskDevice;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Which random model: equal ones are one model in this process.
 *
 * @param precision number format of the computation, such as {@code float32}
 * @param device {@code cpu} or {@code cuda:N}
 * @param threads of libtorch
 * @param bpeModel path of any SentencePiece model; it only joins pieces
 */
record ModelSpec(ModelSize size, String precision, String device, int threads, String bpeModel)
    implements Serializable {
  /** The model, made if need be. */
  Lease<RandomModel> open() {
    return ModelRegistry.process()
        .acquire(
            "benchmark model",
            this,
            () -> new RandomModel(size, precision, Path.of(bpeModel), taskDevice()));
  }

  TaskDevice taskDevice() {
    return new TaskDevice(device, threads);
  }
}
