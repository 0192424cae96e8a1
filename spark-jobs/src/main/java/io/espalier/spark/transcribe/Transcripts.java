package io.espalier.spark.transcribe;

import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.task.TaskCounters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * Transcribes decoded rows and makes exactly one table row per decoded row.
 *
 * <p>A transcriber that loses, repeats or invents an utterance ends the task. A row without text
 * fails, unless it has a probability of no speech as evidence.
 */
final class Transcripts implements Iterator<Row> {
  private final Iterator<DecodedRow> decoded;
  private final Iterator<Outcome> outcomes;
  private final TranscriptRows rows;
  private final TaskCounters counters;
  private final Map<String, DecodedRow.UnderWay> underWay = new HashMap<>();
  private final Deque<Row> refused = new ArrayDeque<>();
  private DecodedRow.Ready next;

  Transcripts(
      Iterator<DecodedRow> decoded,
      Transcriber transcriber,
      TranscriptRows rows,
      TaskCounters counters,
      Watch watch) {
    this.decoded = decoded;
    this.rows = rows;
    this.counters = counters;
    outcomes = transcriber.transcribe(new Utterances(), watch);
  }

  @Override
  public boolean hasNext() {
    if (!refused.isEmpty() || outcomes.hasNext() || !refused.isEmpty()) {
      return true;
    }
    if (!underWay.isEmpty() || next != null || decoded.hasNext()) {
      throw new IllegalStateException(
          "Lost utterances: the transcriber ended without an outcome for %s"
              .formatted(
                  underWay.isEmpty()
                      ? "utterances that it did not request"
                      : underWay.keySet().stream().sorted().limit(5).toList()));
    }
    return false;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return refused.isEmpty() ? row(outcomes.next()) : refused.poll();
  }

  private Row row(Outcome outcome) {
    DecodedRow.UnderWay audio = underWay.remove(outcome.id());
    if (audio == null) {
      throw new IllegalStateException(
          ("Unexpected outcome: the transcriber returned %s, which it was not"
                  + " given or has already returned")
              .formatted(outcome.id()));
    }
    if (outcome instanceof Outcome.Failed failed) {
      return failed(audio, failed);
    }
    Outcome.Transcribed transcribed = (Outcome.Transcribed) outcome;
    if (transcribed.text() == null) {
      throw new IllegalStateException(
          "Unexpected outcome: the transcriber returned no text for " + outcome.id());
    }
    if (transcribed.text().isBlank() && Double.isNaN(transcribed.noSpeechProbability())) {
      return failed(audio, silent(transcribed));
    }
    counters.addTranscribed(audio.durationS(), transcribed.gflops());
    return rows.transcribed(audio, transcribed);
  }

  private Row failed(DecodedRow.UnderWay audio, Outcome.Failed outcome) {
    counters.addFailed();
    return rows.failed(audio, outcome);
  }

  private static Outcome.Failed silent(Outcome.Transcribed outcome) {
    return new Outcome.Failed(
        outcome.id(),
        ErrorCode.NO_HYPOTHESIS,
        "search",
        "Cannot transcribe: the model returned no text and no probability of no speech");
  }

  /** The usable rows, as input of the transcriber. */
  private final class Utterances implements Iterator<Utterance> {
    @Override
    public boolean hasNext() {
      while (next == null && decoded.hasNext()) {
        DecodedRow row = decoded.next();
        if (row instanceof DecodedRow.Refused failure) {
          counters.addFailed();
          refused.add(rows.failed(failure));
        } else {
          next = (DecodedRow.Ready) row;
        }
      }
      return next != null;
    }

    @Override
    public Utterance next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      DecodedRow.Ready audio = next;
      next = null;
      ManifestRow row = audio.row();
      if (underWay.put(row.id(), audio.underWay()) != null) {
        throw new IllegalStateException("Repeated utterance: %s occurs twice".formatted(row.id()));
      }
      return new Utterance(
          row.id(), audio.samples(), row.language(), row.task(), row.textPrev(), row.context());
    }
  }
}
