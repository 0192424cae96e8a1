package io.espalier.spark.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.TableRef.InFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process that dies while it replaces files leaves behind. */
class FileSwapTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final String SWAP = ".table-" + UUID.randomUUID();

  @TempDir Path directory;

  @Test
  void aSwapLeavesTheNewFilesAlone() throws IOException {
    write("table", 3);
    FileSwap.swap(SPARK, table(), SPARK.range(5).toDF());
    assertThat(count()).isEqualTo(5);
    assertThat(names()).containsExactly("table");
  }

  @Test
  void whoeverDiesBeforeTheOldFilesGoLosesNothing() {
    write("table", 3);
    write(SWAP, 5);
    FileSwap.finish(SPARK, table());
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void theNewFilesComeIfTheOldOnesAreGoneAlready() throws IOException {
    write(SWAP + "-old", 3);
    write(SWAP, 5);
    FileSwap.finish(SPARK, table());
    assertThat(count()).isEqualTo(5);
    assertThat(names()).containsExactly("table");
  }

  @Test
  void theOldFilesComeBackIfThereAreNoNewOnes() throws IOException {
    write(SWAP + "-old", 3);
    FileSwap.finish(SPARK, table());
    assertThat(count()).isEqualTo(3);
    assertThat(names()).containsExactly("table");
  }

  @Test
  void whereNothingWasBegunNothingHappens() throws IOException {
    FileSwap.finish(SPARK, table());
    FileSwap.finish(SPARK, new InFiles(directory.resolve("no/such/folder").toString()));
    assertThat(names()).isEmpty();
  }

  private InFiles table() {
    return new InFiles(directory.resolve("table").toString());
  }

  private void write(String name, int rows) {
    SPARK.range(rows).write().parquet(directory.resolve(name).toString());
  }

  private long count() {
    return Tables.read(SPARK, table()).count();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
