package io.espalier.spark.quarantine;

import io.espalier.nn.Watch;
import io.espalier.spark.quarantine.Suspects.Batch;
import io.espalier.spark.quarantine.Suspects.Known;
import io.espalier.spark.task.ModelRegistry;
import io.espalier.spark.task.TaskScope;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.TaskContext;

/**
 * What tasks need of the quarantine. The job sends it to them.
 *
 * @param endpoint name of the driver's end of the line; empty if no rows are suspected
 * @param timeout that one window of audio may take in the model; zero for any time
 */
public record Ward(String endpoint, Duration timeout) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Asks, at the start of a task, which rows it must not compute with others. */
  public Entry enter(TaskContext context, TaskScope scope) {
    ComputeGate gate =
        scope
            .add(ModelRegistry.process().acquire("computations", "gate", ComputeGate::new))
            .value();
    Line line = gate.line(endpoint, context.taskAttemptId());
    return new Entry(gate, line, line.known(), timeout);
  }

  /** What is known at the start of a task. */
  public static final class Entry {
    private final ComputeGate gate;
    private final Line line;
    private final Known known;
    private final Duration timeout;

    private Entry(ComputeGate gate, Line line, Known known, Duration timeout) {
      this.gate = gate;
      this.line = line;
      this.known = known;
      this.timeout = timeout;
    }

    /** Whether a row must be computed alone. */
    public boolean isSuspect(String id) {
      return known.suspects().contains(id);
    }

    /** Why a row must not be computed any more. */
    public Optional<Verdict> verdict(String id) {
      return Optional.ofNullable(known.verdicts().get(id));
    }

    /**
     * Stands by the task's computations.
     *
     * @param alone whether nothing else may be computed in the process meanwhile
     */
    public Watch watch(boolean alone) {
      return ids -> Computation.begin(gate, line, new Batch(line.process(), ids, alone), timeout);
    }
  }
}
