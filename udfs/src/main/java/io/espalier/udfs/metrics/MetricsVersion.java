package io.espalier.udfs.metrics;

/** The version tag of signatures: raised whenever a score may change. */
public final class MetricsVersion {
  /** What stands behind {@code version:} in a signature. */
  public static final String TAG = "espalier-1";

  private MetricsVersion() {}
}
