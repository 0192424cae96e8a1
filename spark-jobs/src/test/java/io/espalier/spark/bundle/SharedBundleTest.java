package io.espalier.spark.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.CapturedLog;
import io.espalier.files.Directories;
import io.espalier.spark.TestSpark;
import io.espalier.spark.storage.FarFileSystem;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts are texts of a file here: sharing needs no model. */
class SharedBundleTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final TaskDevice CPU = new TaskDevice(TaskDevice.CPU, 1);

  @TempDir private Path temp;
  private int loaded;
  private int closed;

  @BeforeEach
  void writeABundle() throws IOException {
    SPARK.conf().set(FarFileSystem.KEY, FarFileSystem.class.getName());
    Files.writeString(temp.resolve(BundleFiles.CARD), "card " + UUID.randomUUID());
    Files.writeString(temp.resolve("weights"), "weights");
  }

  @Test
  void tasksOfAProcessShareOnePartAndItsFiles() throws Exception {
    SharedBundle bundle = new SharedBundle(SPARK, temp.toString());
    try (Lease<Part> first = bundle.open("part", "a", CPU, this::load);
        Lease<Part> second = bundle.open("part", "a", CPU, this::load)) {
      assertThat(second.value()).isSameAs(first.value());
      assertThat(first.value().text()).isEqualTo("weights");
    }
    assertThat(loaded).isEqualTo(1);
    assertThat(closed).isZero();
  }

  @Test
  void anotherIdentityTakesTheIdleOnesPlace() throws Exception {
    SharedBundle bundle = new SharedBundle(SPARK, temp.toString());
    bundle.open("part", "a", CPU, this::load).close();
    try (Lease<Part> other = bundle.open("part", "b", CPU, this::load)) {
      assertThat(other.value().text()).isEqualTo("weights");
      assertThat(loaded).isEqualTo(2);
      assertThat(closed).isEqualTo(1);
    }
  }

  /** A part of the bundle is still open when its directory has gone and a copy of it is used. */
  @Test
  void aBundleThatHasMovedIsReadFromWhereItIs() throws Exception {
    Path old = Files.createDirectory(temp.resolve("old"));
    Files.copy(temp.resolve(BundleFiles.CARD), old.resolve(BundleFiles.CARD));
    Files.copy(temp.resolve("weights"), old.resolve("weights"));
    try (Lease<Part> first =
        new SharedBundle(SPARK, old.toString()).open("part", "a", CPU, this::load)) {
      Directories.deleteRecursively(old);
      SharedBundle moved = new SharedBundle(SPARK, temp.toString());
      try (Lease<Part> second = moved.open("part", "b", CPU, this::load)) {
        assertThat(second.value().text()).isEqualTo(first.value().text());
      }
    }
  }

  @Test
  void whatIsFetchedAndOpenedIsLogged() throws Exception {
    try (CapturedLog files = CapturedLog.of(BundleFiles.class);
        CapturedLog parts = CapturedLog.of(SharedBundle.class)) {
      SharedBundle bundle = new SharedBundle(SPARK, "far:" + temp);
      bundle.open("model", "float32", CPU, this::load).close();
      bundle.open("model", "float32", CPU, this::load).close();
      assertThat(files.lines())
          .singleElement()
          .asString()
          .startsWith("INFO Fetched bundle far:")
          .contains(temp.toString());
      assertThat(parts.lines())
          .singleElement()
          .asString()
          .matches("INFO Opened model on cpu of far:\\S+: float32, [0-9.]+ s");
    }
  }

  @Test
  void aPartThatCannotBeOpenedKeepsNothing() throws Exception {
    SharedBundle bundle = new SharedBundle(SPARK, temp.toString());
    assertThatThrownBy(
            () ->
                bundle.open(
                    "part",
                    "broken",
                    CPU,
                    directory -> {
                      throw new IOException("Cannot read weights");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read weights");
    try (Lease<Part> part = bundle.open("part", "broken", CPU, this::load)) {
      assertThat(part.value().text()).isEqualTo("weights");
    }
  }

  private Part load(Path directory) throws IOException {
    loaded++;
    return new Part(Files.readString(directory.resolve("weights")), () -> closed++);
  }

  private record Part(String text, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
