package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import io.espalier.spark.ExecutorLosses;
import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.KillerRows.Printed;
import io.espalier.spark.transcribe.KillerRows.Weapon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that end the process that computes them, with real executors and real signals. */
@Tag("slow")
class KillerRowsTest {
  private static final int ROWS = 200;
  private static final String TWO_EXECUTORS = "local-cluster[2,1,512]";
  private static final String LOCAL = "local[2]";

  @TempDir Path directory;

  @BeforeEach
  void writeManifest() {
    new TranscribeJob(TestSpark.session(), directory).utterances(ROWS);
  }

  @Test
  void aRowThatCrashesItsExecutorFailsAndNoOtherDoes() throws Exception {
    run(TWO_EXECUTORS, Map.of("utt-005", Weapon.SEGV));
    assertFailed(Map.of("utt-005", "NATIVE_CRASH"), 1);
    assertThat(lost()).isEqualTo(2);
    assertThat(row("utt-005").message()).contains("code 134").contains("the second time with this");
  }

  @Test
  void aRowThatIsKilledForMemoryFailsAndSaysSo() throws Exception {
    run(TWO_EXECUTORS, Map.of("utt-100", Weapon.KILL));
    assertFailed(Map.of("utt-100", "OUT_OF_MEMORY_KILLED"), 1);
    assertThat(lost()).isEqualTo(2);
  }

  /** More of them in one task than Spark would forgive, and three in one batch. */
  @Test
  void manyKillersCostTwoExecutorsEachAndNothingElse() throws Exception {
    Map<String, Weapon> killers = new TreeMap<>();
    for (int i : new int[] {3, 4, 60, 90, 120}) {
      killers.put(id(i), Weapon.HALT);
    }
    run(TWO_EXECUTORS, killers, "partitions=1");
    assertFailed(
        killers.keySet().stream().collect(Collectors.toMap(id -> id, id -> "NATIVE_CRASH")), 1);
    assertThat(lost()).isBetween(killers.size() + 1, 2 * killers.size());
  }

  /** Two tasks in each executor: those that compute beside a killer are not blamed. */
  @Test
  void neighboursInTheSameProcessAreNotBlamed() throws Exception {
    run(
        "local-cluster[1,2,512]",
        Map.of("utt-020", Weapon.HALT, "utt-130", Weapon.KILL),
        "partitions=8");
    assertFailed(Map.of("utt-020", "NATIVE_CRASH", "utt-130", "OUT_OF_MEMORY_KILLED"), 1);
    assertThat(lost()).isLessThanOrEqualTo(4);
  }

  @Test
  void codeThatHangsIsEndedAndItsRowFails() throws Exception {
    run(TWO_EXECUTORS, Map.of("utt-007", Weapon.HANG), "inference-timeout-s=3");
    assertFailed(Map.of("utt-007", "INFERENCE_TIMEOUT"), 1);
    assertThat(lost()).isEqualTo(2);
  }

  @Test
  void aJobWhoseExecutorsAlwaysDieEnds() throws Exception {
    Map<String, Weapon> killers = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      killers.put(id(i), Weapon.HALT);
    }
    assertThat(exit(TWO_EXECUTORS, killers, "max-lost-executors=3")).isNotZero();
    assertThat(said()).contains("Cannot go on: more than 3 executors died while they computed");
  }

  /** Failed rows are tried again by the next call, which may be luckier. */
  @Test
  void theNextCallTriesTheRowAgain() throws Exception {
    run(TWO_EXECUTORS, Map.of("utt-005", Weapon.HALT));
    assertFailed(Map.of("utt-005", "NATIVE_CRASH"), 1);
    run(TWO_EXECUTORS, Map.of());
    assertThat(said()).contains("written=1 ");
    assertThat(rows()).hasSize(ROWS).allMatch(row -> row.status().equals("ok"));
    assertThat(row("utt-005").attempt()).isEqualTo(2);
  }

  /** The driver itself dies here, so only its files can tell the next call. */
  @Test
  void aLocalMasterIsToldByItsFiles() throws Exception {
    Map<String, Weapon> killers = Map.of("utt-005", Weapon.HALT);
    assertThat(exit(LOCAL, killers)).isEqualTo(139);
    assertThat(exit(LOCAL, killers)).isEqualTo(139);
    run(LOCAL, killers);
    assertFailed(Map.of("utt-005", "OUT_OF_MEMORY_KILLED"), 1);
    try (var left = Files.list(directory.resolve("in-flight"))) {
      assertThat(left).as("notes of a job that is done").isEmpty();
    }
  }

  @Test
  void aLocalMasterThatHangsEndsAndSaysWhy() throws Exception {
    Map<String, Weapon> killers = Map.of("utt-005", Weapon.HANG);
    assertThat(exit(LOCAL, killers, "inference-timeout-s=3")).isEqualTo(75);
    assertThat(said()).contains("Ending this process: computing [");
    assertThat(exit(LOCAL, killers, "inference-timeout-s=3")).isEqualTo(75);
    run(LOCAL, killers, "inference-timeout-s=3");
    assertFailed(Map.of("utt-005", "INFERENCE_TIMEOUT"), 1);
  }

  private void run(String master, Map<String, Weapon> killers, String... options)
      throws IOException, InterruptedException {
    assertThat(exit(master, killers, options)).as("log: %s", said()).isZero();
  }

  private int exit(String master, Map<String, Weapon> killers, String... options)
      throws IOException, InterruptedException {
    String named =
        killers.entrySet().stream()
            .map(killer -> killer.getKey() + "=" + killer.getValue())
            .collect(Collectors.joining(","));
    List<String> arguments = new ArrayList<>(List.of(master, directory.toString(), named));
    arguments.addAll(List.of(options));
    Process driver = DriverProcess.start(KillerRows.class, directory, arguments);
    try {
      assertThat(driver.waitFor(5, TimeUnit.MINUTES)).as("the driver ends").isTrue();
    } finally {
      driver.destroyForcibly();
    }
    return driver.exitValue();
  }

  /** Exactly one row for each input: these failed, all others with their own text. */
  private void assertFailed(Map<String, String> codes, int attempt) throws IOException {
    List<Printed> rows = rows();
    assertThat(rows).extracting(Printed::id).hasSize(ROWS).doesNotHaveDuplicates();
    for (int i = 0; i < ROWS; i++) {
      String id = id(i);
      Printed row = row(id);
      assertThat(row.attempt()).isEqualTo(attempt);
      if (codes.containsKey(id)) {
        assertThat(row.status()).as(id).isEqualTo("failed");
        assertThat(row.code()).as("%s: %s", id, row.message()).isEqualTo(codes.get(id));
      } else {
        assertThat(row.status()).as("%s: %s", id, row.message()).isEqualTo("ok");
        assertThat(row.text()).isEqualTo(TranscribeJob.text(i));
      }
    }
  }

  private Printed row(String id) throws IOException {
    return rows().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
  }

  private List<Printed> rows() throws IOException {
    return said()
        .lines()
        .filter(line -> line.startsWith(KillerRows.PREFIX))
        .map(Printed::of)
        .toList();
  }

  private int lost() throws IOException {
    return ExecutorLosses.in(said());
  }

  private String said() throws IOException {
    return Files.readString(DriverProcess.log(directory));
  }

  private static String id(int i) {
    return String.format(Locale.ROOT, "utt-%03d", i);
  }
}
