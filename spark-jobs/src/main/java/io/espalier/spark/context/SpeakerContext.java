package io.espalier.spark.context;

/** The speaker vector that gates use. */
public enum SpeakerContext {
  /** The utterance's own embedding. */
  UTTERANCE,
  /** The centre of the cluster that the utterance's speaker is in. */
  CLUSTER
}
