package io.espalier.spark.compare;

import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
import io.espalier.search.Outcome;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import java.util.Iterator;
import java.util.List;

/** A variant that takes turns with others: decodes the same utterances as fast as it can. */
final class TimedVariant {
  private static final double NANOS_PER_MS = 1e6;

  private final LoadedOwsm model;
  private final Decoding decoding;
  private final List<Utterance> utterances;
  private VariantTimes best;

  TimedVariant(LoadedOwsm model, Decoding decoding, List<Utterance> utterances) {
    this.model = model;
    this.decoding = decoding;
    this.utterances = utterances;
  }

  /** Takes a turn that does not count. */
  void warmUp() {
    pass();
  }

  /** Takes a turn. */
  void turn() {
    VariantTimes own = pass();
    best = best == null ? own : best.best(own);
  }

  /** The best of the turns, of which there must have been one. */
  VariantTimes best() {
    return best;
  }

  private VariantTimes pass() {
    double encoder = 0;
    double decoder = 0;
    double gflops = 0;
    int count = 0;
    long start = System.nanoTime();
    try (Transcriber transcriber = model.transcriber(decoding)) {
      Iterator<Outcome> outcomes = transcriber.transcribe(utterances.iterator());
      while (outcomes.hasNext()) {
        if (outcomes.next() instanceof Outcome.Transcribed done) {
          count++;
          encoder += done.timing().encoderMs();
          decoder += done.timing().decoderMs();
          gflops += done.gflops().subsampling() + done.gflops().encoder() + done.gflops().gates();
        }
      }
    }
    double wall = (System.nanoTime() - start) / NANOS_PER_MS;
    return new VariantTimes(count, encoder / count, decoder / count, wall / count, gflops / count);
  }
}
