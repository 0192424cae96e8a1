package io.espalier.search;

import io.espalier.conf.UsageException;
import io.espalier.nn.DeviceMemory;
import io.espalier.nn.Halving;
import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.BucketLengths;
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

/**
 * Transcribes a stream of utterances with OWSM. Each batch takes one window of as many recordings
 * as fit, all padded to the same length; a long recording comes back with its next window, so that
 * long and short ones share batches. A batch that does not fit into the device's memory, or takes
 * too long, is halved, down to one window.
 */
public final class OwsmTranscriber implements Transcriber {
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
   * @throws UsageException if timestamps are asked for, and the model has none
   * @throws IllegalArgumentException if gates are given that do not fit the model
   */
  public OwsmTranscriber(LoadedOwsm owsm, Decoding decoding) {
    this.owsm = owsm;
    this.model = owsm.model();
    this.tokens = owsm.tokens();
    if (decoding.options().timestamps() && !tokens.hasTimestamps()) {
      throw new UsageException(
          "Cannot use --timestamps: the model has no tokens for them. Leave it out");
    }
    this.refusals = new Refusals(tokens, owsm.tokenizer(), model.maxPromptTokens());
    this.options = decoding.options();
    this.padding = decoding.padding();
    this.batchSeconds = decoding.batchSeconds();
    this.skipSilence = decoding.skipSilence();
    this.policy = owsm.policy(decoding.gates());
    this.recognizer =
        new Recognizer(
            model, tokens, options, padding, policy, decoding.frames(), decoding.words());
  }

  @Override
  public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
    return new Outcomes(utterances, watch);
  }

  @Override
  public void close() {}

  /** What windows gave, and what they cost. */
  private record Computed(List<Recognized> recognized, FlopLedger ledger) {}

  /** Pulls utterances when a batch has room, hands out what is finished. */
  private final class Outcomes implements Iterator<Outcome> {
    private final Iterator<Utterance> source;
    private final Watch watch;
    private final Deque<Outcome> finished = new ArrayDeque<>();
    private final WindowQueue<Waiting> waiting =
        WindowQueue.ofRecordings(model.config(), padding, batchSeconds, BATCHES_PER_POOL);
    private final Halving<Waiting, Computed> halving =
        new Halving<>(
            this::compute,
            this::accept,
            this::fail,
            () -> DeviceMemory.release(model.manager().getDevice()));

    Outcomes(Iterator<Utterance> source, Watch watch) {
      this.source = source;
      this.watch = watch;
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
        halving.run(pool.windows(), pool.batchSize());
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

    private Computed compute(List<Waiting> pool, int batchSize) {
      List<Window> windows = pool.stream().map(Waiting::window).toList();
      try (Watch.Turn turn = watch.begin(windows.stream().map(Window::id).toList())) {
        turn.beat();
        FlopLedger ledger = new FlopLedger(pool.size(), turn::beat);
        return new Computed(recognizer.recognize(windows, batchSize, ledger), ledger);
      }
    }

    private void accept(List<Waiting> pool, Computed computed) {
      for (int row = 0; row < pool.size(); row++) {
        Recording recording = pool.get(row).recording();
        if (recording.isNew()) {
          UtteranceContext context = recording.utterance().context();
          computed.ledger().spend(CostPart.CONTEXT, row, policy.contextFlops(context));
        }
        recording.accept(computed.recognized().get(row), computed.ledger(), row);
        // Those with more to say come first, so that few recordings are under way at a time.
        next(recording).ifPresent(waiting::addFirst);
      }
    }

    private void fail(Waiting one, ErrorCode code) {
      int rate = model.config().frontend().sampleRate();
      finished.add(Refusals.tooMuch(one.recording().utterance(), rate, code));
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
