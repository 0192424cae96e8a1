package io.espalier.spark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import io.espalier.spark.TestSpark;
import io.espalier.spark.recovery.History.Event;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.recovery.HistoryChecker.Verdict;
import io.espalier.spark.recovery.TableState.StoredRow;
import io.espalier.spark.transcribe.TranscribeJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

/** One job, from its first driver to its last. */
final class HistoryJob {
  private static final String MASTER = "local-cluster[2,1,512]";
  private static final int ATTEMPTS = 40;

  /**
   * Groups that a kill can cost: one that waits, one that is being committed, what tasks are at.
   */
  private static final int GROUPS_PER_KILL = 3;

  private final Path directory;
  private final Random random;
  private final HistoryModel model;
  private final History history;
  private final Map<String, Optional<String>> expected = new LinkedHashMap<>();

  /**
   * @param directory for all that belongs to the job; it is empty
   */
  HistoryJob(Path directory, Random random, HistoryModel model) throws IOException {
    this.directory = directory;
    this.random = random;
    this.model = model;
    this.history = JobDirectory.history(directory);
    Files.createDirectory(JobDirectory.weather(directory));
    TranscribeJob manifest = new TranscribeJob(TestSpark.session(), directory);
    for (int i = 0; i < model.rows(); i++) {
      String id = id(i);
      manifest.row(id, model.audio(manifest, i).toString());
      expected.put(id, model.text(i));
    }
    manifest.writeManifest();
    RowTroubles.none(directory, model.rowMs()).tell();
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
    return new HistoryChecker(expected, GROUPS_PER_KILL * model.commitEvery(), killers)
        .check(history.events(), states());
  }

  /** The texts that are in the table in the end, in the order of the rows. */
  List<String> texts() {
    List<TableState> states = states();
    return states.get(states.size() - 1).rows().stream()
        .sorted(Comparator.comparing(StoredRow::uttId))
        .map(StoredRow::text)
        .toList();
  }

  private List<TableState> states() {
    SparkSession spark = TestSpark.session();
    String catalog = "history" + Integer.toHexString(directory.hashCode());
    ShakyCatalog.define(spark, catalog, directory);
    return TableStates.of(spark, catalog + ".default." + RecoveryDriver.TABLE, "hypothesis");
  }

  private static String id(int row) {
    return String.format(Locale.ROOT, "utt-%05d", row);
  }

  private String said() throws IOException {
    return Files.readString(DriverProcess.log(directory));
  }

  private Process start() throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(directory.toString(), RecoveryDriver.TABLE, MASTER));
    arguments.addAll(
        List.of(
            "spark.executor.extraJavaOptions=-XX:-CreateCoredumpOnCrash"
                + " -XX:+SuppressFatalErrorMessage -Dai.djl.offline=true"
                + " -Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "spark.speculation=true",
            "spark.speculation.interval=100ms",
            "spark.speculation.multiplier=1.5",
            "spark.speculation.quantile=0.5",
            "spark.speculation.minTaskRuntime=2s",
            "recovery.commit-every=" + model.commitEvery(),
            "recovery.commit-interval-s=2",
            "recovery.snapshot-age-s=0"));
    arguments.addAll(model.options());
    return DriverProcess.start(RecoveryDriver.class, directory, arguments);
  }
}
