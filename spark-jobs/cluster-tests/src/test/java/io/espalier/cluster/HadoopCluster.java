package io.espalier.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HDFS and YARN in a process of their own, on ports of loopback that they choose. */
final class HadoopCluster implements AutoCloseable {
  private static final Pattern FILE_SYSTEM =
      Pattern.compile("<name>fs.defaultFS</name><value>([^<]+)</value>");

  private final SparkHome spark;
  private final Path directory;
  private final Path conf;
  private final Daemon process;

  private HadoopCluster(SparkHome spark, Path directory, Path conf, Daemon process) {
    this.spark = spark;
    this.directory = directory;
    this.conf = conf;
    this.process = process;
  }

  /**
   * Starts them.
   *
   * @param spark has Hadoop's client
   * @param directory of data and logs
   * @param nodes node managers
   * @param gpus of each node manager, such as {@code 0:0}, or nothing
   */
  static HadoopCluster start(SparkHome spark, Path directory, int nodes, String gpus)
      throws Exception {
    Path conf = directory.resolve("conf");
    // MiniYARNCluster keeps its files in target of the working directory.
    Daemon process =
        Daemon.start(
            "hadoop",
            Files.createDirectories(directory),
            spark.environment(),
            List.of(
                java(),
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-Djava.net.preferIPv4Stack=true",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                String.join(
                    ":",
                    Product.path("espalier.minicluster") + "/*",
                    spark.path() + "/jars/*",
                    Product.testClasses().toString()),
                MiniHadoop.class.getName(),
                directory.toString(),
                conf.toString(),
                Integer.toString(nodes),
                gpus));
    try {
      process.waitFor(Pattern.compile(MiniHadoop.READY));
    } catch (IllegalStateException e) {
      process.close();
      throw e;
    }
    return new HadoopCluster(spark, directory, conf, process);
  }

  /** What {@code HADOOP_CONF_DIR} names. */
  Path conf() {
    return conf;
  }

  /** The default file system, such as {@code hdfs://localhost:40321}. */
  String fileSystem() throws IOException {
    String xml = Files.readString(conf.resolve("core-site.xml"));
    Matcher matcher = FILE_SYSTEM.matcher(xml.replaceAll(">\\s+<", "><"));
    if (!matcher.find()) {
      throw new IllegalStateException("fs.defaultFS is not in " + xml);
    }
    return matcher.group(1);
  }

  /**
   * Runs a command of Hadoop's file system shell.
   *
   * @param arguments as of {@code hdfs dfs}, such as {@code -put FILE FOLDER}
   */
  Call fs(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                conf + ":" + spark.path() + "/jars/*",
                "org.apache.hadoop.fs.FsShell"));
    command.addAll(List.of(arguments));
    return Call.run(directory, spark.environment(), command);
  }

  /** The variables of a client. */
  Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(spark.environment());
    all.put("HADOOP_CONF_DIR", conf.toString());
    return all;
  }

  /** Everything that the cluster and its containers have said, for the message of a failure. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(directory)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().matches("std(err|out)")).toList()) {
        all.append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    process.close();
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
