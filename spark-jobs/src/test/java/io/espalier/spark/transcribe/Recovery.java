package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.Deaths;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.TestSpark;
import io.espalier.spark.transcribe.TranscribeDriver.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One {@link TranscribeDriver} and what became of its table. */
final class Recovery {
  static final int UTTERANCES = 24;
  private static final String DECODER = "DecoderWorker";

  private final Path directory;
  private String master;
  private Trouble trouble;
  private List<String> properties = List.of();
  private double endedAfterS;

  Recovery(Path directory) {
    this.directory = directory;
  }

  Recovery on(String wanted) {
    master = wanted;
    return this;
  }

  Recovery with(String... wanted) {
    properties = Arrays.asList(wanted);
    return this;
  }

  Recovery experiencing(Trouble wanted) {
    trouble = wanted;
    return this;
  }

  Recovery ends(int code) throws IOException, InterruptedException {
    Process driver = start();
    assertThat(driver.waitFor(4, TimeUnit.MINUTES)).as("the driver ends").isTrue();
    assertThat(driver.exitValue()).as("log: %s", said()).isEqualTo(code);
    return this;
  }

  String said() throws IOException {
    return Files.readString(log());
  }

  Recovery finishes() throws IOException, InterruptedException {
    ends(0);
    assertThat(rows())
        .extracting(row -> row.getAs("utt_id"))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, UTTERANCES)
                .mapToObj(i -> String.format(Locale.ROOT, "utt-%03d", i))
                .toList());
    assertThat(rows()).extracting(row -> row.getAs("status")).containsOnly("ok");
    boolean harmless = trouble == Trouble.NONE;
    assertThat(harmless || Files.exists(trouble())).as("the trouble has happened").isTrue();
    return this;
  }

  Recovery killedAfterACommit() throws IOException, InterruptedException {
    Process driver = start();
    while (driver.isAlive() && rows().isEmpty()) {
      Thread.sleep(100);
    }
    driver.destroyForcibly();
    assertThat(driver.waitFor()).as("log: %s", Files.readString(log())).isEqualTo(137);
    return this;
  }

  /** SIGTERM, once some utterances have been transcribed. */
  Recovery terminatedAfter(int utterances) throws IOException, InterruptedException {
    Process driver = start();
    while (driver.isAlive() && seen() < utterances) {
      Thread.sleep(50);
    }
    return terminated(driver);
  }

  /** SIGTERM, once something stands still and some utterances have been transcribed. */
  Recovery terminatedWhenItHangs(int utterances) throws IOException, InterruptedException {
    Process driver = start();
    while (driver.isAlive() && (Files.notExists(trouble()) || seen() < utterances)) {
      Thread.sleep(100);
    }
    return terminated(driver);
  }

  /** Stops all decoder processes, and then SIGTERM, once so many rows have been transcribed. */
  Recovery terminatedWhileDecodersHang(int utterances) throws IOException, InterruptedException {
    Process driver = start();
    List<Long> decoders = List.of();
    while (driver.isAlive() && (decoders.isEmpty() || seen() < utterances)) {
      Thread.sleep(20);
      decoders = Deaths.processes(driver, DECODER);
      decoders.forEach(decoder -> Deaths.signal("STOP", decoder));
    }
    try {
      return terminated(driver);
    } finally {
      decoders.forEach(decoder -> Deaths.signal("KILL", decoder));
    }
  }

  /** From the signal to the end of the process. */
  double endedAfterS() {
    return endedAfterS;
  }

  private Recovery terminated(Process driver) throws IOException, InterruptedException {
    long start = System.nanoTime();
    driver.destroy();
    assertThat(driver.waitFor(1, TimeUnit.MINUTES)).as("log: %s", said()).isTrue();
    endedAfterS = (System.nanoTime() - start) / 1e9;
    assertThat(driver.exitValue()).as("log: %s", said()).isEqualTo(4);
    return this;
  }

  private long seen() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("seen-")).count();
    }
  }

  private Path trouble() {
    return directory.resolve("trouble");
  }

  long written() throws IOException {
    return Files.readAllLines(log()).stream()
        .filter(line -> line.startsWith("written="))
        .mapToLong(line -> Long.parseLong(line.substring("written=".length())))
        .sum();
  }

  List<Row> rows() {
    Path table = directory.resolve("warehouse/default/" + TranscribeDriver.TABLE);
    return Files.exists(table.resolve("metadata/version-hint.text"))
        ? catalog()
            .table(catalogName() + ".default." + TranscribeDriver.TABLE)
            .select("utt_id", "status")
            .collectAsList()
        : List.of();
  }

  /** The shared session with the driver's warehouse as a catalog that sees every new commit. */
  private SparkSession catalog() {
    SparkSession spark = TestSpark.session();
    String prefix = "spark.sql.catalog." + catalogName();
    spark.conf().set(prefix, SparkCatalog.class.getName());
    spark.conf().set(prefix + ".type", "hadoop");
    spark.conf().set(prefix + ".warehouse", directory.resolve("warehouse").toString());
    spark.conf().set(prefix + ".cache-enabled", "false");
    return spark;
  }

  private String catalogName() {
    return "recovery" + directory.getFileName().toString().replaceAll("[^0-9]", "");
  }

  private Process start() throws IOException {
    if (Files.notExists(directory.resolve("manifest.parquet"))) {
      new TranscribeJob(TestSpark.session(), directory).utterances(UTTERANCES);
    }
    List<String> arguments = new ArrayList<>(List.of(master, directory.toString()));
    arguments.add(trouble.name());
    arguments.addAll(properties);
    return DriverProcess.start(TranscribeDriver.class, directory, arguments);
  }

  private Path log() {
    return DriverProcess.log(directory);
  }
}
