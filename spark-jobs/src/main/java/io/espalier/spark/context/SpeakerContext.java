package io.espalier.spark.context;

/** What gates see of a speaker. */
public enum SpeakerContext {
  /** The utterance's own embedding. */
  UTTERANCE,
  /** The centre of the cluster that the utterance's speaker is in. */
  CLUSTER
}
