package io.espalier.training;

import java.util.Map;

/** Told how a run gets on. */
public interface TrainingListener {
  /** Training starts, or resumes after {@code step}. */
  void started(long step, long maxSteps, long trainedParameters, long fixedParameters);

  /** Some steps are done; {@code values} are what the metrics log has. */
  void progress(long step, long maxSteps, Map<String, ? extends Number> values);

  /** A validation is done; {@code values} are what the metrics log has. */
  void validated(long step, Map<String, ? extends Number> values);
}
