package io.espalier.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Spark distribution: the jars that Maven brought, {@code bin/spark-submit}, and a configuration.
 *
 * @param path what {@code SPARK_HOME} names
 */
record SparkHome(Path path) {
  private static final Path JARS = Product.path("espalier.spark.jars");

  /** Settings of every session and daemon: nothing listens on other addresses than loopback. */
  private static final Map<String, String> LOOPBACK =
      Map.of(
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1",
          "spark.ui.enabled", "false");

  /** Makes one in a new folder. */
  static SparkHome in(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.createSymbolicLink(folder.resolve("jars"), JARS);
    for (String script : new String[] {"spark-class", "spark-submit", "spark-submit-probe"}) {
      Path file = Files.createDirectories(folder.resolve("bin")).resolve(script);
      try (InputStream text = SparkHome.class.getResourceAsStream("/" + script)) {
        Files.copy(text, file);
      }
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("Cannot make " + file + " executable");
      }
    }
    return new SparkHome(folder).withDefaults(Map.of());
  }

  /** Writes {@code conf/spark-defaults.conf}, in the place of the one before. */
  SparkHome withDefaults(Map<String, String> more) throws IOException {
    Map<String, String> all = new HashMap<>(LOOPBACK);
    all.putAll(more);
    Files.writeString(
        path.resolve("conf/spark-defaults.conf"),
        all.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
            .collect(Collectors.joining()));
    return this;
  }

  /** A program of {@code bin}. */
  Path bin(String name) {
    return path.resolve("bin").resolve(name);
  }

  /** The environment of every process of this Spark. */
  Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        path.toString(),
        "SPARK_SCALA_VERSION",
        Product.SCALA,
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "JAVA_HOME",
        System.getProperty("java.home"),
        "LC_ALL",
        "C.UTF-8");
  }
}
