package io.espalier.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A standalone master and its workers, each a process. */
final class StandaloneCluster implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("spark://127\\.0\\.0\\.1:[0-9]+");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");

  private final SparkHome spark;
  private final Path directory;
  private final Daemon master;
  private final String url;
  private final List<Daemon> workers = new ArrayList<>();

  private StandaloneCluster(SparkHome spark, Path directory, Daemon master, String url) {
    this.spark = spark;
    this.directory = directory;
    this.master = master;
    this.url = url;
  }

  /**
   * Starts a master.
   *
   * @param directory of its log and of the workers'
   */
  static StandaloneCluster start(SparkHome spark, Path directory) throws Exception {
    Daemon master =
        Daemon.start(
            "master",
            directory,
            spark.environment(),
            command(spark, "org.apache.spark.deploy.master.Master", "--port", "0"));
    return new StandaloneCluster(spark, directory, master, master.waitFor(URL));
  }

  /**
   * Adds a worker.
   *
   * @param environment of its process, such as {@code SPARK_WORKER_OPTS}
   */
  StandaloneCluster worker(int cores, String memory, Map<String, String> environment)
      throws IOException, InterruptedException {
    String name = "worker" + (workers.size() + 1);
    Path work = Files.createDirectory(directory.resolve(name));
    Map<String, String> all = new HashMap<>(spark.environment());
    all.putAll(environment);
    workers.add(
        Daemon.start(
            name,
            directory,
            all,
            command(
                spark,
                "org.apache.spark.deploy.worker.Worker",
                "--cores",
                Integer.toString(cores),
                "--memory",
                memory,
                "--work-dir",
                work.toString(),
                url)));
    workers.get(workers.size() - 1).waitFor(REGISTERED);
    return this;
  }

  /** What {@code --master} takes. */
  String url() {
    return url;
  }

  @Override
  public void close() throws IOException {
    for (Daemon worker : workers) {
      worker.close();
    }
    master.close();
  }

  private static List<String> command(SparkHome spark, String main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                spark.bin("spark-class").toString(),
                main,
                "--host",
                "127.0.0.1",
                "--webui-port",
                "0"));
    command.addAll(List.of(arguments));
    return command;
  }
}
