package io.espalier.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.espalier.BuildUnderTest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A PySpark of PyPI in a virtual environment of its own. It has all of Spark's jars, so it is also
 * the Spark of {@code spark-sql}, {@code spark-shell} and the servers. The environment is made once
 * under the build's directory; {@code -Despalier.pyspark.3.5=DIRECTORY}, with the line of Spark,
 * names one that is there already.
 *
 * @param environment the directory of the virtual environment
 */
record PySpark(String version, Path environment) {
  private static final Map<String, String> OF_LINE = Map.of("3.5", "3.5.9", "4.1", "4.1.4");
  private static final List<String> BESIDE =
      List.of("matplotlib", "nbformat", "nbclient", "ipykernel", "pandas<3");
  private static final Duration INSTALLATION = Duration.ofMinutes(15);

  /** The Spark for which this build is. */
  static PySpark ofThisBuild() throws IOException, InterruptedException {
    return ofLine(BuildUnderTest.spark());
  }

  /** A Spark for which this build is not. */
  static PySpark ofAnotherBuild() throws IOException, InterruptedException {
    return ofLine(BuildUnderTest.spark().equals("3.5") ? "4.1" : "3.5");
  }

  boolean isSpark4() {
    return version.startsWith("4.");
  }

  Path python() {
    return environment.resolve("bin/python");
  }

  /** Spark's home: {@code bin} and {@code jars} are in it. */
  Path home() throws IOException {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(environment.resolve("lib"), "python3*")) {
      return found.iterator().next().resolve("site-packages/pyspark");
    }
  }

  /** One of Spark's scripts, such as {@code spark-sql}. */
  String script(String name) throws IOException {
    return home().resolve("bin").resolve(name).toString();
  }

  private static PySpark ofLine(String line) throws IOException, InterruptedException {
    String given = System.getProperty("espalier.pyspark." + line);
    if (given != null) {
      return new PySpark(OF_LINE.get(line), Path.of(given).toAbsolutePath());
    }
    Path directory = BuildUnderTest.directory().resolve("pyspark-" + OF_LINE.get(line));
    PySpark pySpark = new PySpark(OF_LINE.get(line), directory);
    Path complete = directory.resolve("complete");
    if (!Files.exists(complete)) {
      pySpark.install();
      Files.createFile(complete);
    }
    return pySpark;
  }

  private void install() throws IOException, InterruptedException {
    Files.createDirectories(environment.getParent());
    assumeTrue(
        runs("python3", "-m", "venv", "--clear", environment.toString()),
        "No python3 with the module venv is here.");
    List<String> command =
        new ArrayList<>(List.of(python().toString(), "-m", "pip", "install", "--quiet"));
    command.add("pyspark[connect]==" + version);
    if (!isSpark4()) {
      // PySpark 3.5 wants NumPy 1, and later PyArrows want NumPy 2.
      command.add("pyarrow<20");
    }
    command.addAll(BESIDE);
    Program pip = Program.run(environment, Map.of(), INSTALLATION, "", command);
    if (pip.exitCode() != 0) {
      throw new IllegalStateException("Cannot install PySpark " + version + ": " + pip.err());
    }
  }

  private boolean runs(String... command) throws InterruptedException {
    try {
      return Program.run(environment.getParent(), Map.of(), INSTALLATION, "", List.of(command))
              .exitCode()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
