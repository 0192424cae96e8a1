package io.espalier.spark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.recovery.HistoryChecker.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs whose processes are killed and paused and whose storage fails, at random, until each has
 * finished; then a checker reads their histories and every snapshot of their tables.
 *
 * <p>{@code -Despalier.history.faults=300 -Despalier.history.jobs=30} for the numbers of the
 * documentation, {@code demo-faults} and {@code demo-jobs} for those of the real model, {@code
 * -Despalier.history.seed=N} to repeat a run.
 */
@Tag("slow")
class HistoryTest {
  private static final long SEED = Long.getLong("espalier.history.seed", System.nanoTime());

  @TempDir Path directory;

  @Test
  void nothingIsLostOrDoubledInAnySnapshot() throws Exception {
    histories(
        new KnownTexts(Integer.getInteger("espalier.history.rows", 2000)),
        Integer.getInteger("espalier.history.faults", 20),
        Integer.getInteger("espalier.history.jobs", 2));
  }

  /** The same with a real model, which must give each row the text that it gives in peace. */
  @Test
  void nothingIsLostOrDoubledWithTheDemosModel() throws Exception {
    int rows = Integer.getInteger("espalier.history.demo-rows", 300);
    Path parts = Files.createDirectory(directory.resolve("parts"));
    HistoryJob peace =
        new HistoryJob(
            Files.createDirectory(directory.resolve("peace")),
            new Random(SEED),
            new DemoModel(parts, rows, List.of()));
    peace.run(0, new EnumMap<>(Fault.class));
    assertThat(peace.verdict().problems()).isEmpty();
    List<String> texts = peace.texts();
    assertThat(texts).hasSize(rows).doesNotContainNull();
    assertThat(Set.copyOf(texts)).as("different texts").hasSizeGreaterThan(20);
    histories(
        new DemoModel(parts, rows, texts),
        Integer.getInteger("espalier.history.demo-faults", 4),
        Integer.getInteger("espalier.history.demo-jobs", 1));
  }

  private void histories(HistoryModel model, int wanted, int wantedJobs) throws Exception {
    Random random = new Random(SEED);
    System.out.println("espalier.history.seed=" + SEED);
    Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    long recomputed = 0;
    int faults = 0;
    int snapshots = 0;
    int jobs = 0;
    while (faults < wanted || jobs < wantedJobs) {
      HistoryJob job =
          new HistoryJob(Files.createDirectory(directory.resolve("job" + jobs)), random, model);
      job.run(Math.max(1, (wanted - faults) / Math.max(1, wantedJobs - jobs)), struck);
      Verdict verdict = job.verdict();
      System.out.println("job " + jobs + ": " + verdict);
      assertThat(verdict.problems()).as("seed %d, job %d", SEED, jobs).isEmpty();
      assertThat(job.again()).as("rows of a finished job that is run again").isZero();
      faults += (int) verdict.faults();
      recomputed += verdict.recomputed();
      snapshots += verdict.snapshots();
      jobs++;
    }
    System.out.printf(
        Locale.ROOT,
        "%d jobs of %d rows, %d snapshots, %d faults %s: 0 lost, 0 doubled, 0 phantom, %d computed"
            + " again%n",
        jobs,
        model.rows(),
        snapshots,
        faults,
        struck,
        recomputed);
  }
}
