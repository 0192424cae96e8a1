package io.espalier.udfs.metrics;

/** The version tag of signatures: raised whenever a score may change. */
final class MetricsVersion {
  static final String TAG = "espalier-1";

  private MetricsVersion() {}
}
