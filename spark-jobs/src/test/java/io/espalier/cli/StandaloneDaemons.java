package io.espalier.cli;

import io.espalier.BuildUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A standalone master and workers of Spark, each in a process of its own, on the loopback. */
public final class StandaloneDaemons implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:[0-9]+");
  private static final Pattern WORKER = Pattern.compile("Successfully registered with master");

  private final Path directory;
  private final List<Process> daemons = new ArrayList<>();
  private final String master;

  /**
   * Starts a master.
   *
   * @param directory for logs and for what the daemons need
   */
  public StandaloneDaemons(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("spark/jars"));
    start("master", "org.apache.spark.deploy.master.Master", "--port", "0");
    master = waitFor("master", MASTER);
  }

  /** The master's address. */
  public String master() {
    return master;
  }

  /** Starts a worker with one core and waits until the master knows it. */
  public void worker(String name, String... more) throws IOException, InterruptedException {
    Path work = Files.createDirectory(directory.resolve(name));
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--cores", "1", "--memory", "1g", "--work-dir", work.toString()));
    arguments.addAll(List.of(more));
    arguments.add(master);
    start(name, "org.apache.spark.deploy.worker.Worker", arguments.toArray(String[]::new));
    waitFor(name, WORKER);
  }

  @Override
  public void close() {
    daemons.forEach(Process::destroyForcibly);
  }

  private void start(String name, String main, String... arguments) throws IOException {
    List<String> command = SparkSubmit.java("256m");
    command.addAll(List.of(main, "--host", "127.0.0.1", "--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder daemon = new ProcessBuilder(command);
    daemon.environment().put("SPARK_HOME", directory.resolve("spark").toString());
    daemon.environment().put("SPARK_SCALA_VERSION", BuildUnderTest.scala());
    daemon.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    daemons.add(daemon.redirectErrorStream(true).redirectOutput(log(name).toFile()).start());
  }

  private String waitFor(String name, Pattern said) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (System.nanoTime() < end) {
      Matcher matcher = said.matcher(Files.readString(log(name), StandardCharsets.UTF_8));
      if (matcher.find()) {
        return matcher.group();
      }
      Thread.sleep(200);
    }
    close();
    throw new IllegalStateException(name + " does not start: " + Files.readString(log(name)));
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }
}
