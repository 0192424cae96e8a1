package io.espalier.cluster;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What is tested, as the build left it. */
final class Product {
  /** The repository. */
  static final Path ROOT = path("espalier.root");

  /** The jar for clusters. */
  static final Path JAR = path("espalier.jar");

  /** Bundle, audio and manifest of {@code espalier demo}. */
  static final Path DEMO = ROOT.resolve("spark-jobs/src/main/demo");

  /** Folder of the scripts for clusters. */
  static final Path SCRIPTS = ROOT.resolve("conf/cluster");

  /** Version of Spark that the jar is for. */
  static final String SPARK = System.getProperty("espalier.spark.version");

  /** Binary version of Scala. */
  static final String SCALA = System.getProperty("espalier.scala.version");

  private Product() {}

  /**
   * Copies the first recordings of the demo.
   *
   * @param folder to make
   * @param count how many, at most 120
   */
  static void copyAudio(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(DEMO.resolve("audio"))) {
      for (Path file : files.sorted().limit(count).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /**
   * Copies the bundle of the demo.
   *
   * @param folder to make
   */
  static void copyBundle(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> files = Files.list(DEMO.resolve("bundle"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  /** Where the classes of these tests are, for the programs of other processes among them. */
  static Path testClasses() {
    try {
      return Path.of(Product.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A place that the build names. */
  static Path path(String property) {
    return Path.of(System.getProperty(property)).toAbsolutePath().normalize();
  }
}
