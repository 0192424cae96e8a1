package io.espalier.spark.transcribe;

import io.espalier.conf.UsageException;
import io.espalier.search.Outcome;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.stop.StopRequest;
import io.espalier.spark.stop.StopSignals;
import io.espalier.spark.stop.StoppedException;
import io.espalier.spark.transcribe.FakeTranscriber.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.sql.SparkSession;

/** A driver in a process of its own, for tests that kill it or its executors. */
final class TranscribeDriver {
  static final String TABLE = "transcripts";

  /** Options of the job, among the properties. */
  static final String COMMIT_EVERY = "test.commit-every";

  static final String PARTITIONS = "test.partitions";
  static final String STOP_TIMEOUT_S = "test.stop-timeout-s";

  private static final long MS = 1_000_000;

  private TranscribeDriver() {}

  /** What goes wrong, where the tasks run. */
  enum Trouble {
    NONE,
    /** Every utterance takes its time. */
    SLOW,
    /** The first task that comes to utterance 5 fails. */
    TASK_FAILS_ONCE,
    /** The first executor that comes to utterance 5 dies on the spot. */
    EXECUTOR_HALTS,
    /** The first attempt of utterance 5's task stands still. */
    STRAGGLER,
    /** The first attempt of utterance 5 is in native code that does not return. */
    NATIVE_CODE_HANGS
  }

  /**
   * Arguments: master, directory of the manifest, trouble, and further Spark properties. Prints the
   * number of rows written.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    Trouble trouble = Trouble.valueOf(arguments[2]);
    Map<String, String> properties =
        DriverProcess.properties(arguments[0], directory.resolve("warehouse").toString());
    for (int i = 3; i < arguments.length; i++) {
      String[] property = arguments[i].split("=", 2);
      properties.put(property[0], property[1]);
    }
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    StopSignals.handle(StopRequest.ofProcess(), out, 4);
    try (SparkSession spark = SparkSessions.create("driver", properties)) {
      Executors executors = new Executors();
      spark.sparkContext().addSparkListener(executors);
      TranscribeJob job =
          new TranscribeJob(spark, directory)
              .option("table", TABLE)
              .option("commit-every", properties.getOrDefault(COMMIT_EVERY, "6"))
              .option("partitions", properties.getOrDefault(PARTITIONS, "2"))
              .option("stop-timeout-s", properties.getOrDefault(STOP_TIMEOUT_S, "20"))
              .option("in-flight-dir", directory.resolve("in-flight").toString());
      StageSummary summary =
          job.run(
              FakeTranscribers.sound("driver").with(new Troubled(trouble, directory.toString())));
      System.out.println("written=" + summary.written());
      System.out.println("came=" + executors.came + " gone=" + executors.gone);
    } catch (StoppedException e) {
      System.out.println(e.getMessage());
      System.exit(4);
    } catch (UsageException e) {
      System.out.println(e.getMessage());
      System.exit(2);
    }
  }

  /** Counts executors that come and go. */
  private static final class Executors extends SparkListener {
    private final AtomicInteger came = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded added) {
      came.incrementAndGet();
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      gone.incrementAndGet();
    }
  }

  /** Makes the trouble. */
  private record Troubled(Trouble trouble, String directory) implements Fault {
    @Override
    public List<Outcome> outcomes(Outcome right) {
      boolean chosen = right.id().equals("utt-005");
      switch (trouble) {
        case NONE -> {}
        case SLOW -> {
          LockSupport.parkNanos(150 * MS);
          tellSeen(right.id());
        }
        case TASK_FAILS_ONCE -> {
          if (chosen && isFirst()) {
            throw new IllegalStateException("Injected failure of a task");
          }
        }
        case EXECUTOR_HALTS -> {
          if (chosen && isFirst()) {
            Runtime.getRuntime().halt(137);
          }
        }
        case STRAGGLER -> {
          if (chosen && isFirst()) {
            standStill();
          }
        }
        case NATIVE_CODE_HANGS -> {
          LockSupport.parkNanos(20 * MS);
          if (chosen && isFirst()) {
            hang();
          }
          tellSeen(right.id());
        }
      }
      return List.of(right);
    }

    /** Also counts, in files that outlive the executor. */
    private boolean isFirst() {
      try {
        Files.createFile(Path.of(directory, "trouble"));
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void tellSeen(String id) {
      try {
        Files.createFile(Path.of(directory, "seen-" + id));
      } catch (FileAlreadyExistsException e) {
        // By an earlier driver.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Nobody is heard. */
    private static void hang() {
      for (long end = System.nanoTime() + 120_000 * MS; System.nanoTime() < end; ) {
        LockSupport.parkNanos(50 * MS);
      }
    }

    private static void standStill() {
      long end = System.nanoTime() + 60_000 * MS;
      while (System.nanoTime() < end && !TaskContext.get().isInterrupted()) {
        LockSupport.parkNanos(50 * MS);
      }
    }
  }
}
