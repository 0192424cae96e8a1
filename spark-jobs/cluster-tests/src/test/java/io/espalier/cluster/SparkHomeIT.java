package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jars of the Spark that the clusters run. */
@Tag("slow")
class SparkHomeIT {
  @Test
  void theyAreOfTheVersionThatEspalierIsBuiltFor() throws IOException {
    try (Stream<Path> jars = Files.list(Product.path("espalier.spark.jars"))) {
      assertThat(jars.map(jar -> jar.getFileName().toString()))
          .contains("spark-core_" + Product.SCALA + "-" + Product.SPARK + ".jar");
    }
  }

  @Test
  void thisJvmHasNoSpark() {
    assertThat(System.getProperty("java.class.path"))
        .doesNotContain("spark-core", "hadoop-client-api");
  }
}
