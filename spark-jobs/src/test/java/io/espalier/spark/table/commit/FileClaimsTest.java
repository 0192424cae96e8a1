package io.espalier.spark.table.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.spark.TestSpark;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers of one run of a directory. */
class FileClaimsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path directory;
  private final List<String> written = new ArrayList<>();
  private org.apache.hadoop.fs.Path table;

  @BeforeEach
  void name() {
    table = new org.apache.hadoop.fs.Path(directory.resolve("table").toUri());
  }

  @Test
  void theDriverThatStartedLastHasTheRun() {
    FileClaims first = claims(DriverProcessId.own(), LONG);
    first.claim();
    first.write(() -> written.add("a"));
    FileClaims second = claims(DriverProcessId.own(), LONG);
    second.claim();
    assertThatThrownBy(() -> first.write(() -> written.add("b")))
        .isInstanceOf(TakenOverException.class)
        .hasMessageStartingWith("Cannot go on: another driver has taken over run run of file:");
    second.write(() -> written.add("b"));
    assertThat(written).containsExactly("a", "b");
  }

  @Test
  void aDriverWaitsUntilTheOtherHasWritten() throws InterruptedException {
    FileClaims first = claims(DriverProcessId.own(), LONG);
    first.claim();
    CountDownLatch claiming = new CountDownLatch(1);
    Thread second =
        new Thread(
            () -> {
              claims(DriverProcessId.own(), LONG).claim();
              claiming.countDown();
            });
    first.write(
        () -> {
          second.start();
          try {
            assertThat(claiming.await(1, TimeUnit.SECONDS)).as("it waits").isFalse();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          written.add("a");
        });
    assertThat(claiming.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(written).containsExactly("a");
    second.join();
  }

  @Test
  void aWriteThatFailsLeavesNoMark() throws IOException {
    FileClaims own = claims(DriverProcessId.own(), LONG);
    own.claim();
    assertThatThrownBy(
            () ->
                own.write(
                    () -> {
                      throw new IllegalStateException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(marks()).isEmpty();
  }

  /** Its restart goes on at once. */
  @Test
  void theMarkOfAProcessThatIsGoneHoldsNobodyUp() throws IOException {
    DriverProcessId own = DriverProcessId.own();
    // Its number is that of a process that has started at another time.
    leaveMark(new DriverProcessId(own.host(), own.pid(), own.started() - 1));
    claims(own, LONG).claim();
    assertThat(marks()).isEmpty();
  }

  @Test
  void theMarkOfASilentMachineHoldsNobodyUpForLong() throws IOException {
    leaveMark(new DriverProcessId("elsewhere", 1, 1));
    long start = System.nanoTime();
    claims(DriverProcessId.own(), Duration.ofSeconds(1)).claim();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(marks()).isEmpty();
  }

  private void leaveMark(DriverProcessId dead) throws IOException {
    FileClaims own = claims(dead, LONG);
    own.claim();
    own.write(
        () -> {
          try {
            Path mark = directory.resolve(folder()).resolve(marks().get(0));
            String name = mark.getFileName().toString();
            String id = UUID.randomUUID().toString();
            Files.copy(
                mark, mark.resolveSibling(name.substring(0, name.length() - id.length()) + id));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(marks()).hasSize(1);
  }

  private String folder() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).findFirst().orElseThrow();
    }
  }

  private List<String> marks() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve(folder()))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("writing-"))
          .toList();
    }
  }

  private FileClaims claims(DriverProcessId process, Duration dead) {
    try {
      return new FileClaims(
          Tables.fileSystem(TestSpark.session(), table), table, "run", process, dead);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
