package io.espalier.spark.recovery;

import io.espalier.conf.UsageException;
import io.espalier.search.Outcome;
import io.espalier.spark.DriverProcess;
import io.espalier.spark.ExecutorLosses;
import io.espalier.spark.bundle.OwsmOpener;
import io.espalier.spark.context.FakeContexts;
import io.espalier.spark.recovery.History.Kind;
import io.espalier.spark.session.SparkSessions;
import io.espalier.spark.stage.StageProgress;
import io.espalier.spark.stage.StageSummary;
import io.espalier.spark.transcribe.BundleTranscribers;
import io.espalier.spark.transcribe.FakeTranscriber;
import io.espalier.spark.transcribe.FakeTranscribers;
import io.espalier.spark.transcribe.TranscribeJob;
import io.espalier.spark.transcribe.TranscriberFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/** A driver in a process of its own, whose rows and commits go down in a {@link History}. */
final class RecoveryDriver {
  static final String TABLE = "transcripts";
  static final String CONTEXTS = "contexts";

  private RecoveryDriver() {}

  /**
   * Arguments: directory of the job, {@code contexts} or {@code transcripts}, master, and
   * properties; {@code recovery.*} are options of the job. With a bundle its model transcribes, and
   * without one a transcriber whose texts are known.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    String stage = arguments[1];
    Map<String, String> properties =
        DriverProcess.properties(arguments[2], JobDirectory.warehouse(directory));
    properties.put("spark.hadoop." + ShakyFileSystem.KEY, ShakyFileSystem.class.getName());
    properties.put(
        "spark.hadoop." + ShakyFileSystem.WEATHER, JobDirectory.weather(directory).toString());
    Map<String, String> options = new HashMap<>();
    for (String argument : List.of(arguments).subList(3, arguments.length)) {
      String[] property = argument.split("=", 2);
      if (property[0].startsWith("recovery.")) {
        options.put(property[0].substring("recovery.".length()), property[1]);
      } else {
        properties.put(property[0], property[1]);
      }
    }
    History history = JobDirectory.history(directory);
    history.add(Kind.INVOKE, stage);
    try (SparkSession spark = SparkSessions.create("recovery", properties)) {
      spark.sparkContext().addSparkListener(new ExecutorLosses());
      TranscribeJob job = new TranscribeJob(spark, directory);
      job.option("table", TABLE).option("contexts", CONTEXTS);
      options.forEach(job::option);
      StageProgress progress =
          new StageProgress(
              new PrintWriter(new Acknowledged(history), true), false, Duration.ofMillis(100));
      Steps steps = new Steps(directory.toString());
      StageSummary summary =
          stage.equals(CONTEXTS)
              ? job.option("clustering", "none")
                  .run(FakeContexts.of(4).failing(id -> steps.fails(id)), progress)
                  .stage()
              : job.run(transcribers(spark, job, options.containsKey("bundle"), steps), progress);
      history.add(Kind.OK, String.valueOf(summary.written()));
    } catch (UsageException e) {
      System.out.println(e.getMessage());
      System.exit(2);
    }
  }

  private static TranscriberFactory transcribers(
      SparkSession spark, TranscribeJob job, boolean real, Steps steps) {
    return real
        ? new SteppedTranscribers(BundleTranscribers.of(spark, job.conf(), new OwsmOpener()), steps)
        : FakeTranscribers.sound("recovery").with(steps);
  }

  /** What each row goes through, wherever it is computed. */
  record Steps(String directory) implements FakeTranscriber.Fault, Serializable {
    @Override
    public List<Outcome> outcomes(Outcome right) {
      row(right.id());
      return List.of(right);
    }

    /** Never. */
    boolean fails(String id) {
      row(id);
      return false;
    }

    private void row(String id) {
      RowTroubles.of(Path.of(directory)).meet(id);
      JobDirectory.history(Path.of(directory)).add(Kind.COMPUTED, id);
    }
  }

  /** Hears how many rows are said to be committed. */
  private static final class Acknowledged extends Writer {
    private static final Pattern COMMITTED = Pattern.compile("\\((\\d+) committed\\)");

    private final History history;
    private long last;

    Acknowledged(History history) {
      this.history = history;
    }

    @Override
    public void write(char[] text, int start, int length) {
      Matcher said = COMMITTED.matcher(new String(text, start, length));
      while (said.find()) {
        long now = Long.parseLong(said.group(1));
        if (now > last) {
          last = now;
          history.add(Kind.ACKNOWLEDGED, said.group(1));
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
