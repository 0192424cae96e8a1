package io.espalier.spark.transcribe;

import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import io.espalier.pruning.GateSet;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.words.TimedWord;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * A transcriber whose text is a function of the samples and the prompt alone. It works in batches
 * of three and answers each batch backwards, as a real one may.
 */
public final class FakeTranscriber implements Transcriber {
  static final double GFLOPS_PER_SAMPLE = 0.001;
  private static final int BATCH = 3;

  private final Fault fault;

  FakeTranscriber(Fault fault) {
    this.fault = fault;
  }

  /** What goes wrong, if anything. */
  public interface Fault extends Serializable {
    Fault NONE = outcome -> List.of(outcome);

    /** What comes out in place of the right outcome. */
    List<Outcome> outcomes(Outcome right);
  }

  @Override
  public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
    Deque<Outcome> ready = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && utterances.hasNext()) {
          List<Utterance> batch = new ArrayList<>();
          while (batch.size() < BATCH && utterances.hasNext()) {
            batch.add(utterances.next());
          }
          try (Watch.Turn turn = watch.begin(batch.stream().map(Utterance::id).toList())) {
            turn.beat();
            batch.forEach(one -> fault.outcomes(outcome(one)).forEach(ready::push));
          }
        }
        return !ready.isEmpty();
      }

      @Override
      public Outcome next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.pop();
      }
    };
  }

  @Override
  public void close() {}

  static Outcome failed(Outcome right, ErrorCode code) {
    return new Outcome.Failed(right.id(), code, "search", "Injected: " + code);
  }

  static String text(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += Math.abs(sample);
    }
    return String.format(Locale.ROOT, "%d samples of %.3f", samples.length, sum);
  }

  private static Outcome outcome(Utterance utterance) {
    int length = utterance.samples().length;
    String prompt = utterance.textPrev() == null ? "" : utterance.textPrev() + " ";
    double dense = length * GFLOPS_PER_SAMPLE;
    return new Outcome.Transcribed(
        utterance.id(),
        utterance.language() == null ? "xyz" : utterance.language(),
        utterance.language() == null ? 0.5 : Double.NaN,
        utterance.task(),
        prompt + text(utterance.samples()),
        List.of(new Outcome.Segment(0, 0.5, "half")),
        List.of(new Outcome.Quality(0.125, 1.5, -0.25, false)),
        List.of(new TimedWord("half", 0, 0.5, 0.875)),
        7,
        -1.5,
        -0.25,
        0.125,
        1.5,
        new Outcome.Gates(GateSet.parse("1011/110"), 0.75, 2.0 / 3),
        new Outcome.Gflops(1, 2, 3, 4, 5, 6, dense / 2, dense),
        new Outcome.Timing(10, 30, BATCH));
  }
}
