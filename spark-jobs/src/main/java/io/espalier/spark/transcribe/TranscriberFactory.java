package io.espalier.spark.transcribe;

import io.espalier.search.Transcriber;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.io.Serializable;

/**
 * Opens transcribers in the executors. It travels there with the job, so it holds names, not
 * models.
 */
public interface TranscriberFactory extends Serializable {
  /**
   * Identifies all that decides a text apart from the utterance: weights, options, precision. Two
   * factories with the same value give the same transcripts.
   */
  String fingerprint();

  /** What the numbers are computed in, such as {@code float32}. */
  String precision();

  /**
   * Opens a transcriber for one task. An exception fails the task: a model that cannot be opened is
   * no row's fault.
   *
   * @param device where it computes
   * @throws IOException the model cannot be read
   */
  Transcriber open(TaskDevice device) throws IOException;
}
