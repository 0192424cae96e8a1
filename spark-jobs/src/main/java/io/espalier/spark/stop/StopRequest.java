package io.espalier.spark.stop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether somebody has asked the jobs of this process to end. It can be asked once, while a job
 * runs; a second signal is left to the JVM, which then ends at once.
 */
public final class StopRequest {
  private static final StopRequest PROCESS = new StopRequest();

  private final List<Job> jobs = new ArrayList<>();
  private String signal;

  /** The one that signals to this process reach: they are for the process as a whole. */
  public static StopRequest ofProcess() {
    return PROCESS;
  }

  /**
   * A job begins that ends in good order when asked.
   *
   * @param within the longest time that this may take
   * @throws StoppedException if it was asked before
   */
  public synchronized Job begin(Duration within) {
    if (signal != null) {
      throw new StoppedException("Stopped by %s before the job began".formatted(signal));
    }
    Job job = new Job(within);
    jobs.add(job);
    return job;
  }

  /**
   * Asks the jobs to end.
   *
   * @param by what the user calls the request, such as SIGTERM
   * @return the time that they may take; absent if there are none, or if they were asked before
   */
  public synchronized Optional<Duration> ask(String by) {
    if (signal != null || jobs.isEmpty()) {
      return Optional.empty();
    }
    signal = by;
    return jobs.stream().map(job -> job.within).max(Comparator.naturalOrder());
  }

  private synchronized Optional<String> asked() {
    return Optional.ofNullable(signal);
  }

  private synchronized void end(Job job) {
    jobs.remove(job);
  }

  /** A job under way. */
  public final class Job implements AutoCloseable {
    private final Duration within;

    private Job(Duration within) {
      this.within = within;
    }

    /** What it was asked by, if it was. */
    public Optional<String> asked() {
      return StopRequest.this.asked();
    }

    @Override
    public void close() {
      end(this);
    }
  }
}
