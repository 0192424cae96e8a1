package io.espalier.spark.context;

import io.espalier.audio.Waveform;
import io.espalier.context.ContextInput;
import io.espalier.context.ContextOutcome;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.TaskAudio;
import io.espalier.spark.task.TaskDevice;
import io.espalier.spark.task.TaskScope;
import io.espalier.spark.task.TranscribeCounters;
import io.espalier.spark.task.TranscribeWork;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One task of the context stage: reads, decodes, computes. A pure function of its rows: it writes
 * nothing but what it returns, so Spark may run it as often as it likes.
 */
final class ContextTask implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  /** Batches that are cut from one pool of utterances, so that like lengths come together. */
  private static final int BATCHES_IN_POOL = 4;

  private static final int MOST_IN_POOL = 512;

  private final TranscribeWork work;
  private final ContextFactory factory;
  private final Identity identity;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final TranscribeCounters counters;

  /**
   * What a run stamps on its rows, and what it asks for.
   *
   * @param identify whether there are languages to identify
   */
  record Identity(String runId, String fingerprint, boolean identify, double batchSeconds)
      implements Serializable {}

  ContextTask(
      TranscribeWork work,
      ContextFactory factory,
      Identity identity,
      Broadcast<SerializableConfiguration> hadoop,
      TranscribeCounters counters) {
    this.work = work;
    this.factory = factory;
    this.identity = identity;
    this.hadoop = hadoop;
    this.counters = counters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    TaskContext context = TaskContext.get();
    TaskScope scope = TaskScope.of(context);
    TaskDevice device = work.deviceOf(context);
    Iterator<DecodedRow> audio =
        TaskAudio.of(work, hadoop.value().value())
            .decode(rows, List.of(ContextRows.SPEAKER_ID), context, scope);
    ContextFactory.Open encoders = scope.add(factory.open(device, identity.identify()));
    ContextRows made = new ContextRows(identity.runId(), identity.fingerprint(), device.name());
    return new Contexts(audio, encoders, made);
  }

  /** Exactly one row for each decoded one. */
  private final class Contexts implements Iterator<Row> {
    private final Iterator<DecodedRow> audio;
    private final ContextFactory.Open encoders;
    private final ContextRows rows;
    private final Deque<Row> finished = new ArrayDeque<>();

    Contexts(Iterator<DecodedRow> audio, ContextFactory.Open encoders, ContextRows rows) {
      this.audio = audio;
      this.encoders = encoders;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (finished.isEmpty() && audio.hasNext()) {
        compute(pool());
      }
      return !finished.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return finished.remove();
    }

    private List<DecodedRow.Ready> pool() {
      double most = BATCHES_IN_POOL * identity.batchSeconds() * Waveform.SAMPLE_RATE;
      List<DecodedRow.Ready> pool = new ArrayList<>();
      long samples = 0;
      while (samples < most && pool.size() < MOST_IN_POOL && audio.hasNext()) {
        DecodedRow row = audio.next();
        if (row instanceof DecodedRow.Refused refused) {
          counters.addFailed();
          finished.add(rows.of(refused));
        } else {
          DecodedRow.Ready ready = (DecodedRow.Ready) row;
          pool.add(ready);
          samples += ready.samples().length;
        }
      }
      return pool;
    }

    private void compute(List<DecodedRow.Ready> pool) {
      if (pool.isEmpty()) {
        return;
      }
      List<ContextInput> inputs =
          pool.stream()
              .map(ready -> new ContextInput(ready.row().id(), ready.samples(), language(ready)))
              .toList();
      List<ContextOutcome> outcomes = encoders.extract(inputs);
      for (int i = 0; i < pool.size(); i++) {
        ContextOutcome outcome = outcomes.get(i);
        if (!outcome.id().equals(pool.get(i).row().id())) {
          throw new IllegalStateException(
              "Unexpected outcome: %s was asked for, %s was answered"
                  .formatted(pool.get(i).row().id(), outcome.id()));
        }
        count(pool.get(i), outcome);
        finished.add(rows.of(pool.get(i), outcome));
      }
    }

    private String language(DecodedRow.Ready ready) {
      return ready.row().language();
    }

    private void count(DecodedRow.Ready audio, ContextOutcome outcome) {
      if (outcome instanceof ContextOutcome.Extracted extracted) {
        counters.add(ContextRows.durationS(audio), extracted.gflops().total(), 0);
      } else {
        counters.addFailed();
      }
    }
  }
}
