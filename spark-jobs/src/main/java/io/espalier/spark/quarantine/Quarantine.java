package io.espalier.spark.quarantine;

import io.espalier.spark.table.FromScala;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.rpc.RpcEndpointRef;

/**
 * The driver's side of a job whose rows may end the processes that compute them.
 *
 * <p>Tasks tell it what they are about to compute. If an executor dies, the rows that it computed
 * are suspects: tasks hand them back instead of computing them, and each of them gets a task of its
 * own, in which nothing else is computed in the same process. A row whose process dies again fails.
 */
public final class Quarantine implements AutoCloseable {
  private final SparkContext spark;
  private final QuarantineOptions options;
  private final Suspects suspects = new Suspects();
  private final LostExecutors listener = new LostExecutors(suspects);
  private final Optional<InFlightFiles> files;
  private final Optional<RpcEndpointRef> endpoint;

  private Quarantine(SparkContext spark, QuarantineOptions options, String job) {
    this.spark = spark;
    this.options = options;
    boolean suspecting = options.mostLost() > 0;
    files =
        suspecting && spark.isLocal()
            ? Optional.of(new InFlightFiles(options.directory(), job))
            : Optional.empty();
    files.ifPresent(own -> own.restore(suspects));
    Predicate<String> alive =
        process -> spark.isLocal() || FromScala.list(spark.getExecutorIds()).contains(process);
    endpoint =
        suspecting
            ? Optional.of(
                new SuspectsEndpoint(spark.env().rpcEnv(), suspects, files, alive)
                    .open("espalier-suspects-" + UUID.randomUUID()))
            : Optional.empty();
    if (suspecting) {
      spark.addSparkListener(listener);
    }
  }

  /**
   * Begins.
   *
   * @param job names what is computed; the next call of it must give the same
   */
  public static Quarantine begin(SparkContext spark, QuarantineOptions options, String job) {
    return new Quarantine(spark, options, job);
  }

  /** What tasks need. */
  public Ward ward() {
    return new Ward(endpoint.map(RpcEndpointRef::name).orElse(""), options.timeout());
  }

  /** Executors that died of what they computed, so far. */
  public int losses() {
    return suspects.losses().size();
  }

  /**
   * Whether a Spark job is to begin again that has failed. Spark counts a task's failures also if
   * it only ran beside the row that ended their process, so its patience may end before ours.
   *
   * @param failure of the job
   * @param before losses when the job began
   */
  public boolean forgives(Throwable failure, int before) {
    String message = String.valueOf(failure.getMessage());
    boolean byLosses = message.contains("ExecutorLostFailure") || message.contains("FetchFailed");
    return byLosses && losses() > before && losses() <= options.mostLost();
  }

  /**
   * Looks whether it can go on.
   *
   * @throws IllegalStateException if more executors have died than may
   */
  public void check() {
    List<String> losses = suspects.losses();
    if (losses.size() > options.mostLost() && endpoint.isPresent()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot go on: more than %d executors died while they computed, the last one by: %s."
                  + " So many are not the fault of single rows. Give executors more memory"
                  + " (spark.executor.memoryOverhead), lower --batch-seconds, or raise"
                  + " --max-lost-executors",
              options.mostLost(),
              losses.get(losses.size() - 1).strip()));
    }
  }

  /** The job has all its rows: nobody is suspected any more. */
  public void done() {
    files.ifPresent(InFlightFiles::delete);
  }

  @Override
  public void close() {
    endpoint.ifPresent(spark.env().rpcEnv()::stop);
    spark.removeSparkListener(listener);
    files.ifPresent(InFlightFiles::close);
  }
}
