package io.espalier.spark.context;

import io.espalier.context.ContextInput;
import io.espalier.context.ContextOutcome;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Opens context encoders in the executors. The job sends it there, so it holds names, not models.
 */
public interface ContextFactory extends Serializable {
  /** Encoders for the calling thread. */
  interface Open extends AutoCloseable {
    /** One outcome for each input, in order. */
    List<ContextOutcome> extract(List<ContextInput> inputs);

    @Override
    void close();
  }

  /**
   * Identifies all that decides a vector or a language apart from the utterance. Two factories with
   * the same value give the same contexts.
   */
  String fingerprint();

  /** Identifies what makes speaker vectors; empty if there are none. */
  String speakerFingerprint();

  /** Whether languages can be identified. */
  boolean identifies();

  /**
   * Opens the encoders for one task. An exception fails the task: an encoder that cannot be opened
   * is not the fault of a row.
   *
   * @param identify whether there are languages to identify
   * @throws IOException the encoders cannot be read
   */
  Open open(TaskDevice device, boolean identify) throws IOException;
}
