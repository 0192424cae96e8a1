package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.hadoop.HadoopTables;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job of many short rows in one process, which after a tenth of them must not grow any more:
 * neither its memory nor its open files nor its threads nor the processes that it starts.
 *
 * <p>The whole heap is resident from the start, so that resident memory tells what lies outside of
 * it; what lives in the heap is counted apart.
 *
 * <p>{@code -Despalier.flat.rows=3000} for a shorter one.
 */
@Tag("slow")
class FlatProcessTest {
  private static final int ROWS = Integer.getInteger("espalier.flat.rows", 20_000);
  private static final int TENTHS = 10;
  private static final int EARLY = 1;
  private static final int LATE = TENTHS - 1;

  /** Every hundredth row is a file that a decoder process reads. */
  private static final int OTHER_FORMATS = 100;

  private static final long SAMPLE_MS = 500;
  private static final long LONGEST_MINUTES = 60;

  /** What memory may differ by: collections of garbage and allocators come at their own times. */
  private static final double MEMORY_SHARE = 0.05;

  private static final long MEMORY_KIB = 32 << 10;

  private static final List<String> WHOLE_HEAP = List.of("-Xms512m", "-XX:+AlwaysPreTouch");
  private static final Pattern LIVE = Pattern.compile("Total\\s+[0-9]+\\s+([0-9]+)");

  /** Threads of Spark's two pools for messages about blocks, at most. */
  private static final long MOST_MESSAGES = 200;

  /** Threads and files come and go with tasks. */
  private static final long FEW = 8;

  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();

  @TempDir Path directory;

  /** What was there when so many rows were committed. */
  private record Sample(long rows, ProcessVitals vitals) {
    int tenth() {
      return FlatProcessTest.tenth(rows);
    }
  }

  @Test
  void aLongJobDoesNotGrow() throws Exception {
    writeManifest();
    Process job = DriverProcess.start(Espalier.class, directory, WHOLE_HEAP, command());
    List<Sample> samples = new ArrayList<>();
    Map<Integer, Long> liveKib = new TreeMap<>();
    try {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
      while (!job.waitFor(SAMPLE_MS, TimeUnit.MILLISECONDS) && System.nanoTime() < end) {
        long rows = committed();
        ProcessVitals.of(job.toHandle()).ifPresent(now -> samples.add(new Sample(rows, now)));
        int tenth = tenth(rows);
        if ((tenth == EARLY || tenth == LATE) && !liveKib.containsKey(tenth)) {
          liveKib.put(tenth, liveKib(job));
        }
      }
    } finally {
      job.destroyForcibly();
    }
    String said = Files.readString(DriverProcess.log(directory));
    assertThat(job.waitFor()).as(said).isZero();
    assertThat(said).contains(ROWS + " transcribed, 0 failed");
    print(samples);
    System.out.println("live heap, KiB, by tenth: " + liveKib);
    assertThat(liveKib.get(LATE)).isLessThan(liveKib.get(EARLY) + MEMORY_KIB);
    assertFlat(samples, "resident KiB", ProcessVitals::residentKib, MEMORY_SHARE, MEMORY_KIB);
    assertFlat(samples, "threads", ProcessVitals::threads, 0, FEW);
    assertThat(samples).allMatch(sample -> sample.vitals().messages() <= MOST_MESSAGES);
    assertFlat(samples, "open files", ProcessVitals::files, 0, FEW);
    assertFlat(samples, "child processes", ProcessVitals::children, 0, 0);
    assertFlat(samples, "KiB of children", ProcessVitals::childrenKib, MEMORY_SHARE, MEMORY_KIB);
  }

  /** The last tenth has as much as the second, and a little more at most. */
  private static void assertFlat(
      List<Sample> samples,
      String what,
      ToLongFunction<ProcessVitals> amount,
      double share,
      long more) {
    long early = median(samples, EARLY, amount);
    long late = median(samples, LATE, amount);
    assertThat(late)
        .as("%s at the end, %d early", what, early)
        .isLessThanOrEqualTo(Math.round(early * (1 + share)) + more);
  }

  private static long median(
      List<Sample> samples, int tenth, ToLongFunction<ProcessVitals> amount) {
    long[] sorted =
        samples.stream()
            .filter(sample -> sample.tenth() == tenth)
            .map(Sample::vitals)
            .mapToLong(amount)
            .sorted()
            .toArray();
    assertThat(sorted).as("samples of tenth %d", tenth).isNotEmpty();
    return sorted[sorted.length / 2];
  }

  private static void print(List<Sample> samples) {
    System.out.println(
        "rows committed  samples  resident MiB  threads  messages  files  children  their MiB");
    for (int i = 0; i < TENTHS; i++) {
      int tenth = i;
      System.out.printf(
          Locale.ROOT,
          "%,14d  %7d  %,12d  %7d  %8d  %5d  %8d  %,9d%n",
          (long) ROWS * tenth / TENTHS,
          samples.stream().filter(sample -> sample.tenth() == tenth).count(),
          median(samples, tenth, ProcessVitals::residentKib) >> 10,
          median(samples, tenth, ProcessVitals::threads),
          median(samples, tenth, ProcessVitals::messages),
          median(samples, tenth, ProcessVitals::files),
          median(samples, tenth, ProcessVitals::children),
          median(samples, tenth, ProcessVitals::childrenKib) >> 10);
    }
  }

  /** Parts of 0.3 to 1 s of the demo's recordings. */
  private void writeManifest() throws IOException {
    List<Path> wav = audio(".wav");
    List<Path> other = audio(".opus", ".mp3", ".m4a", ".flac");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      boolean encoded = i % OTHER_FORMATS == OTHER_FORMATS / 2;
      List<Path> files = encoded ? other : wav;
      int startTenths = i / 8 % 15;
      lines.add(
          String.format(
              Locale.ROOT,
              "{\"utt_id\":\"utt-%06d\",\"audio\":\"%s\",\"language\":\"eng\",\"start_s\":%.1f,"
                  + "\"end_s\":%.1f}",
              i,
              files.get((encoded ? i / OTHER_FORMATS : i) % files.size()),
              startTenths / 10.0,
              (startTenths + 3 + i % 8) / 10.0));
    }
    Files.write(directory.resolve("manifest.jsonl"), lines);
  }

  private static List<Path> audio(String... suffixes) throws IOException {
    try (Stream<Path> files = Files.list(DEMO.resolve("audio"))) {
      return files
          .filter(file -> Stream.of(suffixes).anyMatch(file.toString()::endsWith))
          .sorted()
          .toList();
    }
  }

  private List<String> command() {
    return List.of(
        "transcribe",
        "--manifest",
        directory.resolve("manifest.jsonl").toString(),
        "--bundle",
        DEMO.resolve("bundle").toString(),
        "--warehouse",
        directory.resolve("warehouse").toString(),
        "--in-flight-dir",
        directory.resolve("in-flight").toString(),
        "--master",
        "local[2]",
        "--pad",
        "none",
        "--beam",
        "1",
        "--commit-every",
        String.valueOf(Math.max(2, ROWS / 80)));
  }

  /** What is left of the heap after a collection. */
  private static long liveKib(Process process) throws IOException, InterruptedException {
    Process histogram =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String said = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    histogram.waitFor();
    Matcher live = LIVE.matcher(said);
    assertThat(live.find()).as(said).isTrue();
    return Long.parseLong(live.group(1)) >> 10;
  }

  private static int tenth(long rows) {
    return (int) (rows * TENTHS / ROWS);
  }

  /** Rows in the table. */
  private long committed() {
    Path table = directory.resolve("warehouse/default/transcripts");
    if (Files.notExists(table.resolve("metadata/version-hint.text"))) {
      return 0; // Iceberg would warn of it.
    }
    try {
      return Optional.ofNullable(
              new HadoopTables(new Configuration()).load(table.toString()).currentSnapshot())
          .map(snapshot -> Long.parseLong(snapshot.summary().getOrDefault("total-records", "0")))
          .orElse(0L);
    } catch (NoSuchTableException e) {
      return 0;
    }
  }
}
