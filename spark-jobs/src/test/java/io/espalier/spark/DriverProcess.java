package io.espalier.spark;

import io.espalier.BuildUnderTest;
import io.espalier.spark.session.SparkSessions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts drivers in processes of their own, with the class path and the options of the tests. */
public final class DriverProcess {
  private DriverProcess() {}

  /**
   * Starts one.
   *
   * @param main its class
   * @param directory where it works; its output is {@link #log} there
   */
  public static Process start(Class<?> main, Path directory, List<String> arguments)
      throws IOException {
    return start(main, directory, List.of(), arguments);
  }

  /**
   * Starts one.
   *
   * @param main its class
   * @param directory where it works; its output is {@link #log} there
   * @param options of the JVM, besides those of the tests
   */
  public static Process start(
      Class<?> main, Path directory, List<String> options, List<String> arguments)
      throws IOException {
    Path home = Files.createDirectories(directory.resolve("spark/jars")).getParent();
    ProcessBuilder driver = new ProcessBuilder(command(main, options, arguments));
    driver.environment().put("SPARK_HOME", home.toString());
    driver.environment().put("SPARK_SCALA_VERSION", BuildUnderTest.scala());
    driver.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return driver.redirectErrorStream(true).redirectOutput(log(directory).toFile()).start();
  }

  /**
   * What the session of such a driver needs.
   *
   * @param master of Spark
   * @param warehouse directory of the default catalog
   */
  public static Map<String, String> properties(String master, String warehouse) {
    Map<String, String> properties = new HashMap<>();
    properties.put("spark.master", master);
    properties.put("spark.ui.enabled", "false");
    properties.put(SparkSessions.WAREHOUSE.property(), warehouse);
    properties.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    properties.put("spark.executor.memory", "512m");
    return properties;
  }

  /** Where the output of the last driver of a directory goes. */
  public static Path log(Path directory) {
    return directory.resolve("driver.log");
  }

  private static List<String> command(Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-D"))
        .filter(argument -> !argument.contains("surefire"))
        .forEach(command::add);
    String classPath = System.getProperty("surefire.test.class.path");
    command.addAll(
        Arrays.asList(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-Dspark.driver.host=localhost",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-cp",
            classPath == null ? System.getProperty("java.class.path") : classPath));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }
}
