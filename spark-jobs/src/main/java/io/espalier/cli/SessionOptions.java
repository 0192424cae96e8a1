package io.espalier.cli;

import io.espalier.spark.session.SparkSessions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** The options of every command that needs Spark. */
final class SessionOptions {
  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "Sets a Spark property, as in spark-submit. Repeatable.")
  private Map<String, String> conf = new LinkedHashMap<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: that of spark-submit, or local[*].")
  private String master;

  @Option(
      names = "--warehouse",
      paramLabel = "DIR",
      description =
          "Directory of the default Iceberg catalog, on any Hadoop file system. Default:"
              + " .espalier/warehouse in the home directory.")
  private String warehouse;

  @Option(
      names = {"-v", "--verbose"},
      description = "Shows Spark's INFO log and the stack trace of a failure.")
  private boolean verbose;

  /** The session that these options ask for. */
  SparkSession session(String command) {
    Map<String, String> properties = new HashMap<>(conf);
    if (master != null) {
      properties.put("spark.master", master);
    }
    if (warehouse != null) {
      properties.put(SparkSessions.WAREHOUSE.property(), warehouse);
    }
    SparkSession spark = SparkSessions.create("espalier " + command, properties);
    if (verbose) {
      spark.sparkContext().setLogLevel("INFO");
    }
    return spark;
  }
}
