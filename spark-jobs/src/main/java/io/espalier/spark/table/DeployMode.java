package io.espalier.spark.table;

/** Where {@code spark-submit} has put the driver. */
public final class DeployMode {
  /** The property of Spark, and of the JVM of its driver. */
  public static final String MODE = "spark.submit.deployMode";

  private static final String MASTER = "spark.master";

  /** Kubernetes starts the driver in its pod as if it were a client. */
  private static final String IN_POD = "spark.kubernetes.submitInDriver";

  private DeployMode() {}

  /**
   * Whether the driver runs on a machine of the cluster, in a directory of its own. Then the
   * directory of the call is not there.
   */
  public static boolean isCluster() {
    return "cluster".equals(System.getProperty(MODE)) || Boolean.getBoolean(IN_POD);
  }

  /** Whether the driver runs in YARN's application master, as a thread of it. */
  public static boolean isApplicationMaster() {
    return isCluster() && "yarn".equals(System.getProperty(MASTER));
  }
}
