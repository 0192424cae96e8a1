package io.espalier.spark.context;

import io.espalier.audio.Waveform;
import io.espalier.context.ContextInput;
import io.espalier.context.ContextOutcome;
import io.espalier.nn.Watch;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.TaskCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/** Makes exactly one context row per decoded row. */
final class Contexts implements Iterator<Row> {
  /** Batches that are cut from one pool of utterances, so that like lengths come together. */
  private static final int BATCHES_IN_POOL = 4;

  private static final int MOST_IN_POOL = 512;

  private final Iterator<DecodedRow> audio;
  private final ContextFactory.Open encoders;
  private final ContextRows rows;
  private final double batchSeconds;
  private final TaskCounters counters;
  private final Watch watch;
  private final Deque<Row> finished = new ArrayDeque<>();

  Contexts(
      Iterator<DecodedRow> audio,
      ContextFactory.Open encoders,
      ContextRows rows,
      double batchSeconds,
      TaskCounters counters,
      Watch watch) {
    this.audio = audio;
    this.encoders = encoders;
    this.rows = rows;
    this.batchSeconds = batchSeconds;
    this.counters = counters;
    this.watch = watch;
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
    double most = BATCHES_IN_POOL * batchSeconds * Waveform.SAMPLE_RATE;
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
    List<ContextOutcome> outcomes = extract(inputs);
    for (int i = 0; i < pool.size(); i++) {
      ContextOutcome outcome = outcomes.get(i);
      if (!outcome.id().equals(pool.get(i).row().id())) {
        throw new IllegalStateException(
            "Unexpected outcome: expected utterance %s, got %s"
                .formatted(pool.get(i).row().id(), outcome.id()));
      }
      count(pool.get(i), outcome);
      finished.add(rows.of(pool.get(i), outcome));
    }
  }

  @SuppressWarnings("try") // The turn only has to last as long as the work.
  private List<ContextOutcome> extract(List<ContextInput> inputs) {
    try (Watch.Turn turn = watch.begin(inputs.stream().map(ContextInput::id).toList())) {
      return encoders.extract(inputs);
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
