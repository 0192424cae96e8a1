package io.espalier.clients;

import io.espalier.BuildUnderTest;
import io.espalier.udfs.SparkBuild;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls programs of a PySpark, on one core of this machine.
 *
 * @param directory in which they run
 */
record SparkClient(PySpark pySpark, Path directory) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** The jar with the SQL functions, as the build has packaged it. */
  static Path functionsJar() {
    try {
      Path jar =
          Path.of(SparkBuild.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(jar)) {
        throw new IllegalStateException("Not packaged: " + jar + "; run mvn -Pslow verify.");
      }
      return jar;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The jar for {@code spark-submit}, as the build has packaged it. */
  static Path bigJar() {
    return BuildUnderTest.directory()
        .resolve(
            "espalier-spark-%s_%s.jar".formatted(BuildUnderTest.spark(), BuildUnderTest.scala()));
  }

  /**
   * Runs one of Spark's scripts.
   *
   * @param variables that are added to the environment
   * @param input what it reads from standard input
   */
  Program run(Map<String, String> variables, String input, String script, String... options)
      throws IOException, InterruptedException {
    return program(variables, input, command(script, options));
  }

  /** Runs a text of Python, without Spark's scripts. */
  Program python(Map<String, String> variables, String text, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(pySpark.python().toString(), file(text)));
    command.addAll(List.of(arguments));
    return program(variables, "", command);
  }

  /** Submits a text of Python. */
  Program submit(String text, String... options) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(file(text));
    return run(Map.of(), "", "spark-submit", all.toArray(String[]::new));
  }

  /**
   * Starts a class of Spark's own that serves.
   *
   * @param options those of {@code spark-submit}
   * @param arguments those of the class
   */
  Server serve(int port, String mainClass, List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("--class", mainClass, "spark-internal"));
    all.addAll(arguments);
    return Server.start(
        directory, environment(), port, command("spark-submit", all.toArray(String[]::new)));
  }

  /** Runs {@code beeline}, which is no driver. */
  Program beeline(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(pySpark.script("beeline")));
    command.addAll(List.of(options));
    return program(Map.of(), "", command);
  }

  private Program program(Map<String, String> variables, String input, List<String> command)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(environment());
    environment.putAll(variables);
    return Program.run(directory, environment, LIMIT, input, command);
  }

  private String file(String text) throws IOException {
    Path file = Files.createTempFile(directory, "script", ".py");
    Files.writeString(file, text);
    return file.toString();
  }

  private List<String> command(String script, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                pySpark.script(script),
                "--master",
                "local[1]",
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.host=localhost",
                "--conf",
                "spark.jars.ivy=" + BuildUnderTest.directory().resolve("ivy")));
    command.addAll(List.of(options));
    return command;
  }

  private Map<String, String> environment() throws IOException {
    return Map.of(
        "SPARK_HOME", pySpark.home().toString(),
        "SPARK_LOCAL_IP", "127.0.0.1",
        "PYSPARK_PYTHON", pySpark.python().toString(),
        "PYTHONPATH", "",
        "JAVA_HOME", System.getProperty("java.home"));
  }
}
