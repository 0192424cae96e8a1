package io.espalier.tools.benchmark;

import io.espalier.nn.Watch;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.task.Lease;
import io.espalier.spark.task.ModelRegistry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Observes all tasks of a job in this process: time inside the model, and memory over time. */
final class Observation implements AutoCloseable {
  private static final int SAMPLE_EVERY = 50;

  private final List<MemorySample> samples = new ArrayList<>();
  private long modelNs;
  private int utterances;

  /**
   * Memory at one moment.
   *
   * @param utterances done until then
   */
  record MemorySample(int utterances, ProcessMemory memory) {}

  /** The observation of that name, which lives as long as somebody holds it. */
  static Lease<Observation> shared(String name) {
    return ModelRegistry.process().acquire("observation " + name, name, Observation::new);
  }

  /** Seconds that threads spent inside transcribers, without waiting for audio. */
  synchronized double modelS() {
    return modelNs / 1e9;
  }

  synchronized List<MemorySample> samples() {
    return List.copyOf(samples);
  }

  private synchronized void add(long ns, boolean utterance) {
    modelNs += ns;
    if (utterance) {
      utterances++;
      if (utterances % SAMPLE_EVERY == 0 && ProcessMemory.isMeasurable()) {
        samples.add(new MemorySample(utterances, ProcessMemory.now()));
      }
    }
  }

  /** A transcriber that is observed. */
  Transcriber observe(Transcriber transcriber, AutoCloseable lease) {
    return new Observed(transcriber, lease);
  }

  @Override
  public void close() {}

  private final class Observed implements Transcriber {
    private final Transcriber transcriber;
    private final AutoCloseable lease;
    private long waitedNs;

    Observed(Transcriber transcriber, AutoCloseable lease) {
      this.transcriber = transcriber;
      this.lease = lease;
    }

    @Override
    public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
      Iterator<Utterance> source =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              long start = System.nanoTime();
              boolean more = utterances.hasNext();
              waitedNs += System.nanoTime() - start;
              return more;
            }

            @Override
            public Utterance next() {
              long start = System.nanoTime();
              Utterance next = utterances.next();
              waitedNs += System.nanoTime() - start;
              return next;
            }
          };
      long start = System.nanoTime();
      Iterator<Outcome> outcomes = transcriber.transcribe(source, watch);
      add(System.nanoTime() - start, false);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          waitedNs = 0;
          long begin = System.nanoTime();
          boolean more = outcomes.hasNext();
          add(System.nanoTime() - begin - waitedNs, false);
          return more;
        }

        @Override
        public Outcome next() {
          waitedNs = 0;
          long begin = System.nanoTime();
          Outcome next = outcomes.next();
          add(System.nanoTime() - begin - waitedNs, true);
          return next;
        }
      };
    }

    @Override
    public void close() {
      transcriber.close();
      try {
        lease.close();
      } catch (Exception e) {
        throw new IllegalStateException("Cannot end observation", e);
      }
    }
  }
}
