package io.espalier.spark.transcribe;

import io.espalier.search.Outcome;
import io.espalier.spark.Deaths;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.ExecutorLosses;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A driver in a process of its own, some of whose rows end the process that computes them. */
final class KillerRows {
  static final String PREFIX = "row ";
  private static final long S = 1_000_000_000;

  private KillerRows() {}

  /** How a row ends its process. */
  enum Weapon {
    /** As a fault in native code does. */
    SEGV,
    /** As the kernel does for want of memory. */
    KILL,
    /** With the exit code of a crash, but without any report of one. */
    HALT,
    /** Native code that never returns. */
    HANG
  }

  /** A row of the table, in one line. */
  record Printed(String id, String status, String code, int attempt, String text, String message) {
    static Printed of(String line) {
      String[] parts = line.substring(PREFIX.length()).split("\\|", -1);
      return new Printed(
          parts[0], parts[1], parts[2], Integer.parseInt(parts[3]), parts[4], parts[5]);
    }

    private static String line(Row row) {
      return PREFIX
          + String.join(
              "|",
              row.getAs("utt_id"),
              row.getAs("status"),
              String.valueOf(row.<String>getAs("error_code")),
              String.valueOf(row.<Integer>getAs("attempt")),
              String.valueOf(row.<String>getAs("hypothesis")),
              String.valueOf(row.<String>getAs("error_message")).replaceAll("\\R", " "));
    }
  }

  /**
   * Arguments: master, directory of the manifest, killers such as {@code utt-005=SEGV} separated by
   * commas, and then options without dashes and Spark properties. Prints the rows.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    Map<String, Weapon> killers = new HashMap<>();
    for (String killer : arguments[2].isEmpty() ? new String[0] : arguments[2].split(",", -1)) {
      String[] parts = killer.split("=", 2);
      killers.put(parts[0], Weapon.valueOf(parts[1]));
    }
    Map<String, String> properties =
        DriverProcess.properties(arguments[0], directory.resolve("warehouse").toString());
    Map<String, String> options = new HashMap<>();
    for (int i = 3; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      (pair[0].startsWith("spark.") ? properties : options).put(pair[0], pair[1]);
    }
    try (SparkSession spark = SparkSessions.create("killers", properties)) {
      spark.sparkContext().addSparkListener(new ExecutorLosses());
      TranscribeJob job =
          new TranscribeJob(spark, directory)
              .option("table", "transcripts")
              .option("in-flight-dir", directory.resolve("in-flight").toString());
      options.forEach(job::option);
      long start = System.nanoTime();
      StageSummary summary =
          job.run(FakeTranscribers.sound("killers").with(new Deadly(Map.copyOf(killers))));
      System.out.printf(
          Locale.ROOT, "written=%d s=%.1f%n", summary.written(), (System.nanoTime() - start) / 1e9);
      job.rows().forEach(row -> System.out.println(Printed.line(row)));
    }
  }

  /** Ends the process where the tasks run. */
  private record Deadly(Map<String, Weapon> killers) implements Fault {
    @Override
    public List<Outcome> outcomes(Outcome right) {
      Weapon weapon = killers.get(right.id());
      if (weapon != null) {
        switch (weapon) {
          case SEGV -> Deaths.crash();
          case KILL -> Deaths.kill();
          case HALT -> Runtime.getRuntime().halt(139);
          case HANG -> {}
        }
        // A signal takes a moment, and native code that hangs does not hear of interrupts.
        for (long end = System.nanoTime() + 120 * S; System.nanoTime() < end; ) {
          LockSupport.parkNanos(S);
        }
      }
      return List.of(right);
    }
  }
}
