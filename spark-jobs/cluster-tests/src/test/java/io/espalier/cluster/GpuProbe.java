package io.espalier.cluster;

import io.espalier.pruning.GateSet;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.session.SessionConf;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.transcribe.Transcribe;
import io.espalier.spark.transcribe.TranscribeOptions;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program for {@code spark-submit}: {@code espalier transcribe} with a transcriber that computes
 * nothing. In the place of a text, it gives what Spark has assigned to its task and the time at
 * which it had it. Afterwards the program prints those texts.
 */
public final class GpuProbe {
  /** Begins the lines that tell of an utterance. */
  static final String LINE = "probe ";

  private static final int ROWS = 48;
  private static final int WORK_MS = 100;

  private GpuProbe() {}

  /**
   * Runs it.
   *
   * @param arguments the manifest
   */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    SparkSession spark = SparkSessions.create("GPU probe", Map.of());
    Map<String, String> options =
        Map.of(
            "manifest",
            arguments[0],
            "table",
            "probe",
            "limit",
            Integer.toString(ROWS),
            "partitions",
            "12");
    new Transcribe(
            spark,
            TranscribeOptions.of(SessionConf.of(spark, options)),
            new Factory(),
            StageProgress.on(out))
        .run();
    for (Row row : spark.sql("SELECT hypothesis, device FROM probe").collectAsList()) {
      out.println(LINE + row.getString(0) + " " + row.getString(1));
    }
    spark.stop();
  }

  /** Opens probes in the tasks. */
  private record Factory() implements TranscriberFactory {
    @Override
    public String fingerprint() {
      return "probe";
    }

    @Override
    public String precision(TaskDevice device) {
      return "none";
    }

    @Override
    public Transcriber open(TaskDevice device) {
      return new Probe();
    }
  }

  private static final class Probe implements Transcriber {
    @Override
    public Iterator<Outcome> transcribe(Iterator<Utterance> utterances) {
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return utterances.hasNext();
        }

        @Override
        public Outcome next() {
          return outcome(utterances.next());
        }
      };
    }

    @Override
    public void close() {}

    private static Outcome outcome(Utterance utterance) {
      long start = System.currentTimeMillis();
      try {
        Thread.sleep(WORK_MS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return new Outcome.Transcribed(
          utterance.id(),
          "eng",
          Double.NaN,
          utterance.task(),
          seen(start, System.currentTimeMillis()),
          List.of(),
          1,
          0,
          0,
          0,
          1,
          new Outcome.Gates(GateSet.parse("1/1"), 1, 1),
          new Outcome.Gflops(0, 0, 0, 0, 0, 0, 0, 0),
          new Outcome.Timing(0, 0, 1));
    }

    private static String seen(long start, long end) {
      TaskContext task = TaskContext.get();
      ResourceInformation gpu = task.resourcesJMap().get("gpu");
      return String.join(
          " ",
          SparkEnv.get().executorId(),
          gpu == null ? "none" : String.join(",", gpu.addresses()),
          Long.toString(task.taskAttemptId()),
          Long.toString(start),
          Long.toString(end));
    }
  }
}
