package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.storage.FarFileSystem;
import io.espalier.spark.table.DeployMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path directory;

  @Test
  void aRelativePathIsMadeAbsolute() {
    assertThat(OutputFile.of("report.html"))
        .contains(new OutputFile(Path.of("report.html").toAbsolutePath().toString()));
    assertThat(OutputFile.of(null)).isEmpty();
  }

  @Test
  void aUriIsWrittenToItsStorage() throws IOException {
    SparkSession spark = TestSpark.session().newSession();
    spark.conf().set(FarFileSystem.KEY, FarFileSystem.class.getName());
    OutputFile far = OutputFile.of("far:" + directory + "/page.html").orElseThrow();
    far.write(spark, "old, and longer");
    far.write(spark, "grün");
    assertThat(Files.readString(directory.resolve("page.html"))).isEqualTo("grün");

    OutputFile local = OutputFile.of("file:" + directory + "/a b.html").orElseThrow();
    local.write(spark, "x");
    assertThat(directory.resolve("a b.html")).hasContent("x");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefused() {
    assertThatThrownBy(() -> OutputFile.of(directory.toString()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("it is a directory");
    assertThatThrownBy(() -> OutputFile.of("file:" + directory + "/none/page.html"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void aRelativePathOfADriverInTheClusterIsRefused() {
    System.setProperty(DeployMode.MODE, "cluster");
    try {
      assertThatThrownBy(() -> OutputFile.of("report.html"))
          .isInstanceOf(UsageException.class)
          .hasMessageStartingWith("Cannot write report.html: with --deploy-mode cluster");
      assertThat(OutputFile.of("hdfs://nn/report.html")).isPresent();
      assertThat(OutputFile.of(directory.resolve("report.html").toString())).isPresent();
    } finally {
      System.clearProperty(DeployMode.MODE);
    }
  }
}
