package io.espalier.spark.quarantine;

import io.espalier.outcome.ErrorCode;
import io.espalier.spark.quarantine.Suspects.Batch;
import io.espalier.spark.quarantine.Suspects.Known;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.RpcUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A task's end of the line to the driver. Whoever says that a batch begins waits for the answer, so
 * that the driver knows of it before native code runs. A driver that does not answer costs the
 * quarantine and nothing else.
 */
final class Line {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);
  private static final long PAUSE_MS = 100;

  /** Reasons come with the end of an executor, or a moment later. */
  private static final int MOST_PAUSES = 100;

  /** The driver's end; null for nobody. */
  private final RpcEndpointRef driver;

  private final long attempt;
  private final String process;

  Line(RpcEndpointRef driver, long attempt, String process) {
    this.driver = driver;
    this.attempt = attempt;
    this.process = process;
  }

  /**
   * Opens the line; without an answer, one to nobody.
   *
   * @param known ends that this process has found before
   * @param endpoint name of the driver's end; empty for nobody
   * @param attempt number of the task's attempt, unique in the application
   */
  static Line to(Map<String, RpcEndpointRef> known, String endpoint, long attempt) {
    SparkEnv env = SparkEnv.get();
    RpcEndpointRef driver =
        endpoint.isEmpty() ? null : known.computeIfAbsent(endpoint, name -> find(env, name));
    return new Line(driver, attempt, env.executorId());
  }

  private static RpcEndpointRef find(SparkEnv env, String endpoint) {
    try {
      return RpcUtils.makeDriverRef(endpoint, env.conf(), env.rpcEnv());
    } catch (Exception e) { // Spark throws checked ones that it does not declare.
      warn(e);
      return null;
    }
  }

  /** What the driver knows of rows that end processes. */
  Known known() {
    for (int pause = 0; driver != null; pause++) {
      Object answer = ask(SuspectsEndpoint.KNOWN, pause >= MOST_PAUSES);
      if (answer instanceof Object[] parts) {
        return unpacked(parts);
      }
      if (answer == null) {
        break;
      }
      try {
        Thread.sleep(PAUSE_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("Interrupted while waiting for the reason of a loss");
      }
    }
    return Known.NOTHING;
  }

  void begin(Batch batch) {
    ask(
        SuspectsEndpoint.BEGIN,
        attempt,
        process,
        batch.alone(),
        batch.ids().stream().distinct().toArray(String[]::new));
  }

  void end() {
    if (driver != null) {
      try {
        driver.send(new Object[] {SuspectsEndpoint.END, attempt});
      } catch (RuntimeException e) {
        warn(e);
      }
    }
  }

  void stalled() {
    ask(SuspectsEndpoint.STALLED, attempt);
  }

  String process() {
    return process;
  }

  /** The answer; null if there is none. */
  private Object ask(Object... message) {
    if (driver == null) {
      return null;
    }
    try {
      return driver.askSync(message, ANY);
    } catch (Exception e) { // Spark throws checked ones that it does not declare.
      warn(e);
      return null;
    }
  }

  /** Goes on, unless the task is to end. */
  private static void warn(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      throw new TaskKilledException("Interrupted while talking to the driver");
    }
    LOG.warn(
        "Cannot tell the driver which rows are computed: {}. If this process dies of a row, it is"
            + " not known which",
        e.toString());
  }

  private static Known unpacked(Object[] parts) {
    String[] flat = (String[]) parts[1];
    Map<String, Verdict> verdicts = new HashMap<>();
    for (int i = 0; i < flat.length; i += 3) {
      verdicts.put(flat[i], new Verdict(ErrorCode.valueOf(flat[i + 1]), flat[i + 2]));
    }
    return new Known(Set.of((String[]) parts[0]), verdicts);
  }
}
