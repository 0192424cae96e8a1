package io.espalier.spark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import io.espalier.spark.TestSpark;
import io.espalier.spark.recovery.History.Event;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.HistoryChecker.Verdict;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs whose processes are killed and paused and whose storage fails, at random, until each has
 * finished; then a checker reads their histories and every snapshot of their tables.
 *
 * <p>{@code -Despalier.history.faults=300 -Despalier.history.jobs=30} for the numbers of the
 * documentation, {@code -Despalier.history.seed=N} to repeat a run.
 */
@Tag("slow")
class HistoryTest {
  private static final int FAULTS = Integer.getInteger("espalier.history.faults", 20);
  private static final int JOBS = Integer.getInteger("espalier.history.jobs", 2);
  private static final int ROWS = Integer.getInteger("espalier.history.rows", 2000);
  private static final long SEED = Long.getLong("espalier.history.seed", System.nanoTime());
  private static final String MASTER = "local-cluster[2,1,512]";
  private static final int SOUNDS = 50;

  /** Every hundredth row is a file that a decoder process reads. */
  private static final int OTHER_FORMATS = 100;

  private static final int COMMIT_EVERY = 100;

  /** A group that waits, one that is being committed, and what two tasks are at. */
  private static final int PER_KILL = 3 * COMMIT_EVERY;

  private static final long ROW_MS = 15;
  private static final int ATTEMPTS = 40;
  private static final Path ENCODED = Path.of("src/main/demo/audio").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void nothingIsLostOrDoubledInAnySnapshot() throws Exception {
    Random random = new Random(SEED);
    System.out.println("espalier.history.seed=" + SEED);
    Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    long recomputed = 0;
    int faults = 0;
    int snapshots = 0;
    int jobs = 0;
    while (faults < FAULTS || jobs < JOBS) {
      Job job = new Job(Files.createDirectory(directory.resolve("job" + jobs)), random);
      int wanted = Math.max(1, (FAULTS - faults) / Math.max(1, JOBS - jobs));
      job.run(wanted, struck);
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
        ROWS,
        snapshots,
        faults,
        struck,
        recomputed);
  }

  /** One job, from its first driver to its last. */
  private static final class Job {
    private final Path directory;
    private final Random random;
    private final History history;
    private final Map<String, Optional<String>> expected = new LinkedHashMap<>();

    Job(Path directory, Random random) throws IOException {
      this.directory = directory;
      this.random = random;
      this.history = JobDirectory.history(directory);
      Files.createDirectory(JobDirectory.weather(directory));
      TranscribeJob manifest = new TranscribeJob(TestSpark.session(), directory);
      List<Path> encoded;
      try (var files = Files.list(ENCODED)) {
        encoded = files.filter(file -> file.toString().endsWith(".opus")).sorted().toList();
      }
      for (int i = 0; i < ROWS; i++) {
        String id = String.format(Locale.ROOT, "utt-%05d", i);
        boolean other = i % OTHER_FORMATS == OTHER_FORMATS / 2;
        Path audio =
            other ? encoded.get(i / OTHER_FORMATS % encoded.size()) : manifest.wav(i % SOUNDS);
        manifest.row(id, audio.toString());
        expected.put(id, other ? Optional.empty() : Optional.of(TranscribeJob.text(i % SOUNDS)));
      }
      manifest.writeManifest();
      RowTroubles.none(directory, ROW_MS).tell();
    }

    /** Runs drivers until one says that all is done. */
    void run(int faults, Map<Fault, Integer> struck) throws IOException, InterruptedException {
      Nemesis nemesis = new Nemesis(random, List.of(Fault.values()), directory);
      int left = faults;
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Process driver = start();
        while (left > 0 && !driver.waitFor(300 + random.nextInt(2500), TimeUnit.MILLISECONDS)) {
          if (!history.events().isEmpty() && hasBegun()) {
            Optional<Fault> fault = nemesis.strike(driver);
            fault.ifPresent(done -> struck.merge(done, 1, Integer::sum));
            left -= fault.isPresent() ? 1 : 0;
          }
        }
        if (ends(driver)) {
          return;
        }
      }
      throw new AssertionError(
          String.format(Locale.ROOT, "Not done after %d drivers: %s", ATTEMPTS, said()));
    }

    /** Whether rows are being computed. */
    private boolean hasBegun() {
      List<Event> events = history.events();
      for (int i = events.size() - 1; i >= 0; i--) {
        if (events.get(i).kind() == Kind.INVOKE) {
          return false;
        }
        if (events.get(i).kind() == Kind.COMPUTED) {
          return true;
        }
      }
      return false;
    }

    private boolean ends(Process driver) throws InterruptedException, IOException {
      assertThat(driver.waitFor(5, TimeUnit.MINUTES)).as("a driver ends: %s", said()).isTrue();
      int code = driver.exitValue();
      if (code != 0) {
        history.add(code > 128 ? Kind.UNKNOWN : Kind.FAIL, driver.pid(), "exit code " + code);
      }
      return code == 0;
    }

    /** Rows that one more driver writes. */
    long again() throws IOException, InterruptedException {
      assertThat(ends(start())).as("a finished job is run again: %s", said()).isTrue();
      List<Event> events = history.events();
      Event last = events.get(events.size() - 1);
      assertThat(last.kind()).isEqualTo(Kind.OK);
      return Long.parseLong(last.subject());
    }

    Verdict verdict() {
      Set<String> killers =
          Arrays.stream(Fault.values())
              .filter(Fault::recomputes)
              .map(Fault::name)
              .collect(Collectors.toSet());
      SparkSession spark = TestSpark.session();
      String catalog = "history" + Integer.toHexString(directory.hashCode());
      ShakyCatalog.define(spark, catalog, directory);
      String table = catalog + ".default." + RecoveryDriver.TABLE;
      return new HistoryChecker(expected, PER_KILL, killers)
          .check(history.events(), TableStates.of(spark, table, "hypothesis"));
    }

    private String said() throws IOException {
      return Files.readString(DriverProcess.log(directory));
    }

    private Process start() throws IOException {
      List<String> arguments =
          new ArrayList<>(List.of(directory.toString(), RecoveryDriver.TABLE, MASTER));
      arguments.addAll(
          List.of(
              "spark.executor.extraJavaOptions="
                  + DriverProcess.SHORT_LIVED
                  + " -XX:-CreateCoredumpOnCrash"
                  + " -XX:+SuppressFatalErrorMessage",
              "spark.speculation=true",
              "spark.speculation.interval=100ms",
              "spark.speculation.multiplier=1.5",
              "spark.speculation.quantile=0.5",
              "spark.speculation.minTaskRuntime=2s",
              "recovery.commit-every=" + COMMIT_EVERY,
              "recovery.commit-interval-s=2",
              "recovery.snapshot-age-s=0"));
      return DriverProcess.start(RecoveryDriver.class, directory, arguments);
    }
  }
}
