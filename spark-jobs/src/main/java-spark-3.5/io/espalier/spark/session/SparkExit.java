package io.espalier.spark.session;

import org.apache.spark.SparkUserAppException;

/** What ends an application of Spark 3.5 with an exit code. */
public final class SparkExit {
  private SparkExit() {}

  /** What the driver throws to end with this exit code. */
  public static SparkUserAppException with(int code) {
    return new SparkUserAppException(code);
  }
}
