package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedPlaceTest {
  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path directory;

  @Test
  void aMachineThatSeesTheMarkSharesTheDirectory() throws IOException {
    String place = "file:" + directory.resolve("warehouse/not/there/yet");
    Files.createDirectory(directory.resolve("warehouse"));
    String mark;
    try (SharedPlace shared = SharedPlace.mark(TestSpark.session(), place)) {
      mark = shared.path();
      assertThat(mark).startsWith("file:" + directory.resolve("warehouse") + "/.espalier-");
      SharedPlace.require(HADOOP, "t", place, mark);
    }
    try (Stream<Path> left = Files.list(directory.resolve("warehouse"))) {
      assertThat(left).isEmpty();
    }
    assertThatThrownBy(() -> SharedPlace.require(HADOOP, "t", place, mark))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use t: " + place + " is on the driver's disk")
        .hasMessageContaining("Put it on storage that all machines share");
  }

  @Test
  void localModeWritesWithoutAMark() {
    String path = directory.resolve("t").toString();
    TableRef table = TableRef.of(TestSpark.session(), path);
    Tables.append(table, TestSpark.session().sql("SELECT 1 AS a"));
    assertThat(Tables.read(TestSpark.session(), table).collectAsList())
        .extracting(row -> row.getInt(0))
        .isEqualTo(List.of(1));
  }
}
