package io.espalier.spark.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.spark.DriverProcess;
import io.espalier.spark.ExecutorLosses;
import io.espalier.spark.TestSpark;
import io.espalier.spark.recovery.History.Event;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.HistoryChecker.Verdict;
import io.espalier.spark.recovery.RowTroubles.Trouble;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A job on a cluster that meets one fault at one place. Whoever runs jobs starts them again when
 * they fail; so does this.
 */
final class JobUnderFault {
  private static final int ROWS = 60;
  private static final int COMMIT_EVERY = 10;
  private static final int DRIVERS = 4;
  private static final String CHOSEN = "utt-00031";
  private static final long ROW_MS = 20;
  private static final long SPELL_MS = 3000;

  private final Path directory;
  private final String master;
  private RecoveryFault fault;
  private Place place;
  private boolean always;

  private JobUnderFault(Path directory, String master) {
    this.directory = directory;
    this.master = master;
  }

  /** Where a fault comes. */
  enum Place {
    /** While contexts are computed. */
    CONTEXT(RecoveryDriver.CONTEXTS, "language"),
    /** While transcripts are computed. */
    TRANSCRIBE(RecoveryDriver.TABLE, "hypothesis"),
    /** While transcripts are written. */
    COMMIT(RecoveryDriver.TABLE, "hypothesis");

    private final String table;
    private final String text;

    Place(String table, String text) {
      this.table = table;
      this.text = text;
    }
  }

  /** What happens. */
  enum RecoveryFault {
    EXECUTOR_KILL(Trouble.PROCESS_DIES, Weather.Trouble.DEATH_OF_WRITER),
    DRIVER_KILL(Trouble.DRIVER_DIES, Weather.Trouble.DEATH_AFTER_COMMIT),
    TASK_FAILURE(Trouble.TASK_FAILS, Weather.Trouble.FAILURE_OF_WRITER),
    NATIVE_CRASH(Trouble.PROCESS_CRASHES, Weather.Trouble.CRASH_OF_WRITER),
    SLOW_TASK_WITH_SPECULATION(Trouble.STANDS_STILL, Weather.Trouble.SLOW_WRITER),
    STORAGE_ERROR(Trouble.NONE, Weather.Trouble.FAILING),
    FULL_DISK(Trouble.NONE, Weather.Trouble.FULL),
    UNKNOWN_COMMIT(Trouble.NONE, Weather.Trouble.UNKNOWN_COMMIT);

    private final Trouble row;
    private final Weather.Trouble storage;

    RecoveryFault(Trouble row, Weather.Trouble storage) {
      this.row = row;
      this.storage = storage;
    }

    /** Whether the storage has it for a while, not once. */
    private boolean isSpell() {
      return this == STORAGE_ERROR || this == FULL_DISK;
    }
  }

  /** A job in a directory of its own, which is empty. */
  static JobUnderFault assertThatJob(Path directory, String master) {
    return new JobUnderFault(directory, master);
  }

  JobUnderFault experiencing(RecoveryFault wanted) {
    fault = wanted;
    return this;
  }

  /** The fault comes whenever one and the same row is computed, so that this row must fail. */
  JobUnderFault always() {
    always = true;
    return this;
  }

  JobUnderFault at(Place wanted) {
    place = wanted;
    return this;
  }

  void finishesWithExactlyOneRowPerInput() throws IOException, InterruptedException {
    History history = JobDirectory.history(directory);
    Weather weather = new Weather(Files.createDirectory(JobDirectory.weather(directory)));
    Map<String, Optional<String>> expected = manifest();
    boolean inRows = place != Place.COMMIT && fault.row != Trouble.NONE;
    RowTroubles troubles =
        new RowTroubles(directory, inRows ? fault.row : Trouble.NONE, CHOSEN, always, ROW_MS);
    troubles.tell();
    boolean done = false;
    for (int driver = 0; driver < DRIVERS && !done; driver++) {
      Process process = start();
      if (driver == 0 && !inRows) {
        awaitRows(history, process);
        weather.begin(fault.storage);
        if (fault.isSpell()) {
          process.waitFor(SPELL_MS, TimeUnit.MILLISECONDS);
          weather.end(fault.storage);
        }
      }
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("a driver ends: %s", said()).isTrue();
      done = process.exitValue() == 0;
      if (!done) {
        history.add(Kind.UNKNOWN, process.pid(), "exit code " + process.exitValue());
      }
    }
    assertThat(done).as("a driver succeeds: %s", said()).isTrue();
    assertThat(inRows ? troubles.happened() : !weather.is(fault.storage))
        .as("the fault has happened")
        .isTrue();
    history.add(Kind.FAULT, 0, fault.name());
    Verdict verdict =
        new HistoryChecker(expected, 3 * COMMIT_EVERY, Set.of(fault.name()))
            .check(history.events(), TableStates.of(catalog(), table(), place.text));
    assertThat(verdict.problems()).as("%s", verdict).isEmpty();
    if (always) {
      assertThatOnlyTheChosenRowFailed();
    }
    List<Event> events = history.events();
    assertThat(start().waitFor()).isZero();
    assertThat(history.events().subList(events.size(), history.events().size()))
        .filteredOn(event -> event.kind() == Kind.OK)
        .extracting(Event::subject)
        .containsExactly(always ? "1" : "0"); // Failed rows are tried again.
  }

  private void assertThatOnlyTheChosenRowFailed() throws IOException {
    List<Row> failed = catalog().table(table()).filter("status = 'failed'").collectAsList();
    assertThat(failed)
        .extracting(row -> row.getAs("utt_id"), row -> row.getAs("error_code"))
        .containsExactly(tuple(CHOSEN, fault.name()));
    assertThat(ExecutorLosses.in(said())).as("executors lost").isBetween(1, 2);
  }

  private Map<String, Optional<String>> manifest() {
    Map<String, Optional<String>> expected = new LinkedHashMap<>();
    TranscribeJob job = new TranscribeJob(TestSpark.session(), directory);
    for (int i = 0; i < ROWS; i++) {
      String id = String.format(Locale.ROOT, "utt-%05d", i);
      job.row(id, job.wav(i).toString());
      boolean texts = place != Place.CONTEXT;
      expected.put(id, texts ? Optional.of(TranscribeJob.text(i)) : Optional.of("deu"));
    }
    job.writeManifest();
    return expected;
  }

  private static void awaitRows(History history, Process driver) throws InterruptedException {
    while (driver.isAlive()
        && history.events().stream().noneMatch(event -> event.kind() == Kind.COMPUTED)) {
      Thread.sleep(20);
    }
  }

  private Process start() throws IOException {
    List<String> arguments = new ArrayList<>(List.of(directory.toString(), place.table, master));
    arguments.addAll(
        List.of(
            "spark.executor.extraJavaOptions=-XX:-CreateCoredumpOnCrash"
                + " -XX:+SuppressFatalErrorMessage",
            "recovery.commit-every=" + COMMIT_EVERY,
            "recovery.commit-interval-s=1",
            "recovery.snapshot-age-s=0"));
    if (fault == RecoveryFault.SLOW_TASK_WITH_SPECULATION) {
      arguments.addAll(
          List.of(
              "spark.speculation=true",
              "spark.speculation.interval=100ms",
              "spark.speculation.multiplier=1.1",
              "spark.speculation.quantile=0.5",
              "spark.speculation.minTaskRuntime=1s"));
    }
    return DriverProcess.start(RecoveryDriver.class, directory, arguments);
  }

  private String said() throws IOException {
    return Files.readString(DriverProcess.log(directory));
  }

  private String table() {
    return catalogName() + ".default." + place.table;
  }

  private String catalogName() {
    return "faults" + Integer.toHexString(directory.hashCode());
  }

  private SparkSession catalog() {
    SparkSession spark = TestSpark.session();
    ShakyCatalog.define(spark, catalogName(), directory);
    return spark;
  }
}
