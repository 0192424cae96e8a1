package io.espalier.spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose process is killed in the middle of its work, twice. */
@Tag("slow")
class StreamKillTest {
  private static final int FILES = 12;

  @TempDir Path directory;

  @Test
  void everyFileIsInTheTableOnceAfterItsProcessWasKilled() throws Exception {
    Path incoming = Files.createDirectory(directory.resolve("incoming"));
    List<Row> recordings = DemoAudio.rows(FILES).collectAsList();
    for (Row row : recordings) {
      Path file = Path.of(row.<String>getAs("audio"));
      Files.copy(file, incoming.resolve(file.getFileName()));
    }
    long before = 0;
    for (int kill = 0; kill < 2; kill++) {
      Process driver = start();
      while (driver.isAlive() && commits() < before + 3) {
        Thread.sleep(20);
      }
      driver.destroyForcibly();
      assertThat(driver.waitFor()).as(log()).isEqualTo(137);
      before = commits();
      assertThat(before).isLessThan(FILES);
    }
    Process last = start();
    assertThat(last.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(last.exitValue()).as(log()).isZero();
    List<Row> rows = rows();
    assertThat(rows)
        .extracting(row -> Path.of(row.getString(0)).getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(
            recordings.stream()
                .map(row -> Path.of(row.<String>getAs("audio")).getFileName().toString())
                .toList());
    assertThat(rows).extracting(row -> row.getString(1)).doesNotContainNull();
  }

  /** Snapshots of the table; each has one file's row. */
  private long commits() {
    Path table = table();
    if (!Files.exists(table.resolve("metadata/version-hint.text"))) {
      return 0;
    }
    Table opened = new HadoopTables().load(table.toString());
    long commits = 0;
    for (var unused : opened.snapshots()) {
      commits++;
    }
    return commits;
  }

  private List<Row> rows() {
    SparkSession spark = TestSpark.session();
    String catalog = "killed" + directory.getFileName().toString().replaceAll("[^0-9]", "");
    spark.conf().set("spark.sql.catalog." + catalog, SparkCatalog.class.getName());
    spark.conf().set("spark.sql.catalog." + catalog + ".type", "hadoop");
    spark
        .conf()
        .set(
            "spark.sql.catalog." + catalog + ".warehouse",
            directory.resolve("warehouse").toString());
    return spark
        .table(catalog + ".default." + StreamDriver.TABLE)
        .select("path", "text")
        .collectAsList();
  }

  private Path table() {
    return directory.resolve("warehouse/default/" + StreamDriver.TABLE);
  }

  private Process start() throws IOException {
    return DriverProcess.start(
        StreamDriver.class, directory, List.of(directory.toString(), DemoAudio.BUNDLE));
  }

  private String log() throws IOException {
    return Files.readString(DriverProcess.log(directory));
  }
}
