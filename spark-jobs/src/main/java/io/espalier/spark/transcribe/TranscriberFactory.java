package io.espalier.spark.transcribe;

import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.io.Serializable;

/** Opens transcribers in the executors. The job sends it there, so it holds names, not models. */
public interface TranscriberFactory extends Serializable {
  /**
   * Identifies everything apart from the utterance that determines a text: weights, options,
   * precision. Two factories with the same value make the same transcripts.
   */
  String fingerprint();

  /**
   * Number format of the computation, such as {@code float32}.
   *
   * @param device where it computes, on the machine that calls this
   */
  String precision(TaskDevice device);

  /**
   * Opens a transcriber for one task. An exception fails the task, because no row is at fault if a
   * model cannot be opened.
   *
   * @param device where it computes
   * @throws IOException the model cannot be read
   */
  Transcriber open(TaskDevice device) throws IOException;
}
