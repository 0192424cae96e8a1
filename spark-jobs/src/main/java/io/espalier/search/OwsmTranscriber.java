package io.espalier.search;

import ai.djl.engine.EngineException;
import io.espalier.nn.DeviceMemory;
import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.UtteranceContext;
import io.espalier.search.Outcome.Failed;
import io.espalier.search.WindowQueue.Waiting;
import io.espalier.search.beam.DecodingOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transcribes a stream of utterances with OWSM. Each batch takes one window of as many recordings
 * as fit, all padded to the same length; a long recording comes back with its next window, so that
 * long and short ones share batches. A batch that does not fit into the device's memory is halved,
 * down to one window.
 */
public final class OwsmTranscriber implements Transcriber {
  private static final Logger LOG = LoggerFactory.getLogger(OwsmTranscriber.class);

  private static final String STAGE = "transcribe";

  /**
   * Batches whose windows are grouped by their gates, and follow each other in the search: more are
   * more alike and keep the search's batch full for longer, and wait longer.
   */
  private static final int BATCHES_PER_POOL = 4;

  private final LoadedOwsm owsm;
  private final OwsmModel model;
  private final TokenTable tokens;
  private final Refusals refusals;
  private final DecodingOptions options;
  private final Padding padding;
  private final double batchSeconds;
  private final boolean skipSilence;
  private final GatePolicy policy;
  private final Recognizer recognizer;

  /**
   * @param owsm may be shared with other transcribers; not closed here
   * @throws IllegalArgumentException if gates are given that do not fit the model
   */
  public OwsmTranscriber(LoadedOwsm owsm, Decoding decoding) {
    this.owsm = owsm;
    this.model = owsm.model();
    this.tokens = owsm.tokens();
    this.refusals = new Refusals(tokens, owsm.tokenizer(), model.maxPromptTokens());
    this.options = decoding.options();
    this.padding = decoding.padding();
    this.batchSeconds = decoding.batchSeconds();
    this.skipSilence = decoding.skipSilence();
    this.policy = decoding.gates().policy(model.config(), owsm.predictor());
    this.recognizer =
        new Recognizer(
            model, tokens, options, padding, policy, decoding.frames(), decoding.words());
  }

  @Override
  public Iterator<Outcome> transcribe(Iterator<Utterance> utterances) {
    return new Outcomes(utterances);
  }

  @Override
  public void close() {}

  /** Pulls utterances when a batch has room, hands out what is finished. */
  private final class Outcomes implements Iterator<Outcome> {
    private final Iterator<Utterance> source;
    private final Deque<Outcome> finished = new ArrayDeque<>();
    private final WindowQueue<Waiting> waiting =
        WindowQueue.ofRecordings(model.config(), padding, batchSeconds, BATCHES_PER_POOL);

    Outcomes(Iterator<Utterance> source) {
      this.source = source;
    }

    @Override
    public boolean hasNext() {
      while (finished.isEmpty()) {
        while (waiting.hasRoom() && source.hasNext()) {
          admit(source.next());
        }
        if (waiting.isEmpty()) {
          return !finished.isEmpty();
        }
        WindowQueue.Pool<Waiting> pool = waiting.take();
        run(pool.windows(), pool.batchSize());
      }
      return true;
    }

    @Override
    public Outcome next() {
      if (!hasNext()) {
        throw new NoSuchElementException("No more outcomes");
      }
      return finished.remove();
    }

    private void admit(Utterance utterance) {
      Optional<Failed> refusal = refusal(utterance);
      if (refusal.isPresent()) {
        finished.add(refusal.get());
      } else {
        Recording recording =
            new Recording(
                utterance, refusals.language(utterance).orElseThrow(), owsm, options, skipSilence);
        next(recording).ifPresent(waiting::addLast);
      }
    }

    /** The recording with its next window; one that has none is finished. */
    private Optional<Waiting> next(Recording recording) {
      Optional<Window> window = recording.next();
      if (window.isEmpty()) {
        finish(recording);
      }
      return window.map(own -> new Waiting(recording, own));
    }

    private void run(List<Waiting> pool, int batchSize) {
      FlopLedger ledger = new FlopLedger(pool.size());
      List<Window> windows = pool.stream().map(Waiting::window).toList();
      List<Recognized> done;
      try {
        done = recognizer.recognize(windows, batchSize, ledger);
      } catch (EngineException | OutOfMemoryError e) {
        if (!DeviceMemory.isExhausted(e)) {
          throw e;
        }
        halve(pool, batchSize);
        return;
      }
      for (int row = 0; row < done.size(); row++) {
        Recording recording = pool.get(row).recording();
        if (recording.isNew()) {
          UtteranceContext context = recording.utterance().context();
          ledger.spend(CostPart.CONTEXT, row, policy.contextFlops(context));
        }
        recording.accept(done.get(row), ledger, row);
        // Those with more to say come first, so that few recordings are under way at a time.
        next(recording).ifPresent(waiting::addFirst);
      }
    }

    private void halve(List<Waiting> pool, int batchSize) {
      if (pool.size() == 1) {
        Utterance utterance = pool.get(0).recording().utterance();
        finished.add(Refusals.tooLarge(utterance, model.config().frontend().sampleRate()));
        return;
      }
      int half = pool.size() / 2;
      LOG.info(
          "Halved a batch of {} windows: it did not fit into the device's memory", pool.size());
      // A pool of several batches fits when its batches do.
      int smaller = Math.min(half, Math.max(1, batchSize / 2));
      run(pool.subList(0, half), smaller);
      run(pool.subList(half, pool.size()), smaller);
    }

    private void finish(Recording recording) {
      if (recording.hasHypothesis()) {
        finished.add(recording.outcome());
      } else {
        finished.add(Refusals.withoutHypothesis(recording.utterance()));
      }
    }
  }

  private Optional<Failed> refusal(Utterance utterance) {
    return refusals
        .unknown(utterance)
        .or(
            () ->
                policy
                    .refusal(utterance.language())
                    .map(
                        message ->
                            new Failed(utterance.id(), ErrorCode.LANGUAGE_UNKNOWN, STAGE, message)))
        .or(() -> refusals.tooShort(utterance, frames(utterance)))
        .or(() -> refusals.promptTooLong(utterance));
  }

  /** Frames of the shortest window that the utterance can be in; 0 if there is no such window. */
  private int frames(Utterance utterance) {
    int padded = padding.samples(BucketLengths.of(model.config()), utterance.samples().length);
    return padded < model.logMel().minSamples()
        ? 0
        : model.encoder().outputFrames(model.logMel().frames(padded));
  }
}
