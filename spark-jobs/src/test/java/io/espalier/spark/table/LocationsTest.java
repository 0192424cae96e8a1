package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.manifest.ManifestMaker;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.storage.FarFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class LocationsTest {
  private static final SparkSession SPARK = TestSpark.session();

  @Test
  void aRelativePathBeginsAtTheWorkingDirectory() {
    String here = Path.of("").toAbsolutePath().toString();
    assertThat(Locations.absolute(SPARK, "a/b")).isEqualTo("file:" + here + "/a/b");
    assertThat(Locations.absolute(SPARK, "./a")).isEqualTo("file:" + here + "/a");
    assertThat(Locations.absolute(SPARK, "/a b/ü")).isEqualTo("file:/a b/ü");
  }

  @Test
  void aPathWithoutASchemeIsOnTheDefaultFileSystem() {
    Configuration far = new Configuration(false);
    far.set("fs.defaultFS", "far:///");
    far.set("fs.far.impl", FarFileSystem.class.getName());
    assertThat(Locations.absolute(far, "/data/bundle")).isEqualTo("far:/data/bundle");
    assertThat(Locations.absolute(far, "bundle")).startsWith("far:/").endsWith("/bundle");
    assertThat(Locations.absolute(far, "file:/data/bundle")).isEqualTo("file:/data/bundle");
  }

  @Test
  void aDriverInTheClusterHasNoDirectoryOfTheCall() {
    System.setProperty(DeployMode.MODE, "cluster");
    try {
      assertThatThrownBy(() -> Locations.absolute(SPARK, "a/b"))
          .isInstanceOf(UsageException.class)
          .hasMessage(
              "Cannot use a/b: with --deploy-mode cluster the driver has a directory of its own."
                  + " Give an absolute path");
      assertThat(Locations.absolute(SPARK, "/a/b")).isEqualTo("file:/a/b");
    } finally {
      System.clearProperty(DeployMode.MODE);
    }
  }

  @Test
  void whatHasASchemeStaysAsItIs() {
    assertThat(Locations.absolute(SPARK, "s3a://bucket/a%20b")).isEqualTo("s3a://bucket/a%20b");
  }

  @Test
  void whatIsNoPathIsRefused() {
    assertThatThrownBy(() -> Locations.absolute(SPARK, ""))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Invalid path: ''");
    assertThatThrownBy(() -> TableRef.of(SPARK, "a:b/c"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Invalid path: 'a:b/c'");
  }

  @Test
  void theWarehouseOfTheDefaultCatalogIsAbsolute() {
    SparkConf conf =
        SparkSessions.addDefaults(new SparkConf(false).set("spark.espalier.warehouse", "wh"));
    assertThat(conf.get("spark.sql.catalog.espalier.warehouse"))
        .isEqualTo("file:" + Path.of("wh").toAbsolutePath());
  }

  @Test
  void aSourceThatIsNamedWithoutASlashIsADirectoryOfItsOwn() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    Path source = Files.createTempDirectory(here, "source");
    try {
      Files.writeString(source.resolve("wav.scp"), "a sounds/a.wav\n");
      ManifestMaker.Request request =
          new ManifestMaker.Request(
              source.getFileName().toString(),
              ManifestMaker.Kind.AUTO,
              Optional.empty(),
              Map.of(),
              Optional.empty(),
              Optional.empty());
      ManifestMaker.make(SPARK, request, "locations_kaldi", false);
    } finally {
      Files.deleteIfExists(source.resolve("wav.scp"));
      Files.delete(source);
    }
    assertThat(SPARK.table("locations_kaldi").select("audio").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("file:" + source + "/sounds/a.wav");
  }
}
