package io.espalier.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code spark-submit} from the class path of the tests, in a process of its own. As on a machine
 * of a user, there is no configuration of the log on it.
 *
 * @param directory where it is called
 * @param master of Spark
 * @param options of the JVM
 */
record SparkSubmit(Path directory, String master, List<String> options) {
  private static final String NATIVES =
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0 -Dai.djl.offline=true";

  SparkSubmit(Path directory, String master) {
    this(directory, master, List.of());
  }

  /** The same with options of the JVM. */
  SparkSubmit with(String... more) {
    return new SparkSubmit(directory, master, List.of(more));
  }

  /** Runs a command of Espalier. */
  Subprocess run(String... arguments) throws IOException, InterruptedException {
    List<String> command = java("1g");
    command.addAll(Arrays.asList(NATIVES.split(" ", -1)));
    command.addAll(options);
    command.addAll(
        List.of(
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            master,
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.driver.bindAddress=127.0.0.1",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.executor.memory=700m",
            "--conf",
            "spark.executor.extraClassPath=" + classPath(),
            "--conf",
            "spark.executor.extraJavaOptions=" + NATIVES,
            "--class",
            Espalier.class.getName(),
            "spark-internal"));
    command.addAll(List.of(arguments));
    return Subprocess.run(directory, command);
  }

  /** Java on the same class path. */
  static List<String> java(String heap) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(":", -1))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
        .collect(Collectors.joining(":"));
  }
}
