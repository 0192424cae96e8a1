package io.espalier.search.ctc;

import io.espalier.conf.UsageException;
import io.espalier.nn.DeviceMemory;
import io.espalier.nn.Halving;
import io.espalier.nn.Watch;
import io.espalier.outcome.ErrorCode;
import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GatePolicy;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Failed;
import io.espalier.search.Padding;
import io.espalier.search.Refusals;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.WindowQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Transcribes a stream of utterances with OWSM-CTC. Batches take windows of all recordings, also
 * several of one: the windows of a long recording do not wait for each other. A batch that does not
 * fit into the device's memory, or takes too long, is halved, down to one window.
 */
public final class CtcTranscriber implements Transcriber {
  /** Batches whose windows are grouped by their gates. */
  private static final int BATCHES_PER_POOL = 4;

  private final LoadedOwsmCtc owsm;
  private final OwsmCtcModel model;
  private final TokenTable tokens;
  private final Refusals refusals;
  private final Padding padding;
  private final double batchSeconds;
  private final LongWindows cut;
  private final boolean searches;
  private final Decoding decoding;
  private final GatePolicy policy;
  private final CtcRecognizer recognizer;

  /**
   * @param owsm may be shared with other transcribers; not closed here
   * @throws UsageException if the decoding asks for what only an encoder-decoder can do
   * @throws IllegalArgumentException if gates are given that do not fit the model
   */
  CtcTranscriber(LoadedOwsmCtc owsm, Decoding decoding) {
    this.owsm = owsm;
    this.model = owsm.model();
    this.tokens = owsm.tokens();
    this.refusals = new Refusals(tokens, owsm.tokenizer(), model.maxPromptTokens());
    if (decoding.options().timestamps()) {
      throw new UsageException(
          "Cannot use --timestamps: an OWSM-CTC has no timestamps. Leave it out");
    }
    if (decoding.frames().isReducing()) {
      throw new UsageException(
          "Cannot use --frames %s: an OWSM-CTC needs all frames. Leave it out"
              .formatted(decoding.frames().text()));
    }
    double weight = decoding.options().ctcWeight();
    if (weight != 0 && weight != 1) {
      throw new UsageException(
          "Cannot use --ctc-weight %s: an OWSM-CTC has no decoder to share the score with. Use 0 for"
                  .formatted(weight)
              + " the best path, or 1 for a beam search");
    }
    this.searches = weight == 1;
    this.decoding = decoding;
    this.padding = decoding.padding();
    this.batchSeconds = decoding.batchSeconds();
    this.cut = LongWindows.of(model.config(), decoding.windowContextS());
    if (cut.step() <= 0) {
      throw new UsageException(
          "Cannot use --window-context-s %s: twice that leaves nothing of windows of %s s"
              .formatted(decoding.windowContextS(), model.config().speechLengthS()));
    }
    this.policy = owsm.policy(decoding.gates());
    this.recognizer = new CtcRecognizer(model, tokens, decoding.options(), policy);
  }

  @Override
  public Iterator<Outcome> transcribe(Iterator<Utterance> utterances, Watch watch) {
    return new Outcomes(utterances, watch);
  }

  @Override
  public void close() {}

  /** What windows gave, and what they cost. */
  private record Computed(List<CtcResult> results, FlopLedger ledger) {}

  /** Pulls utterances when a batch has room, hands out what is finished. */
  private final class Outcomes implements Iterator<Outcome> {
    private final Iterator<Utterance> source;
    private final Watch watch;
    private final Deque<Outcome> finished = new ArrayDeque<>();
    private final Set<CtcRecording> failed = new HashSet<>();
    private final WindowQueue<CtcWindow> waiting =
        new WindowQueue<>(
            model.config(), padding, batchSeconds, BATCHES_PER_POOL, CtcWindow::samples);
    private final Halving<CtcWindow, Computed> halving =
        new Halving<>(
            this::compute,
            this::accept,
            this::fail,
            () -> DeviceMemory.release(model.manager().getDevice()));
    private CtcRecording current;

    Outcomes(Iterator<Utterance> source, Watch watch) {
      this.source = source;
      this.watch = watch;
    }

    @Override
    public boolean hasNext() {
      while (finished.isEmpty()) {
        while (waiting.hasRoom() && (isCutting() || source.hasNext())) {
          if (isCutting()) {
            waiting.addLast(current.next());
          } else {
            admit(source.next());
          }
        }
        if (waiting.isEmpty()) {
          return !finished.isEmpty();
        }
        WindowQueue.Pool<CtcWindow> pool = waiting.take();
        halving.run(pool.windows(), pool.batchSize());
      }
      return true;
    }

    /** Whether the recording that was admitted last has windows that do not wait yet. */
    private boolean isCutting() {
      return current != null && current.hasNext() && !failed.contains(current);
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
        current =
            new CtcRecording(
                utterance,
                refusals.language(utterance).orElseThrow(),
                owsm,
                padding,
                cut,
                searches,
                decoding);
        if (current.isDone()) {
          finished.add(current.outcome());
        }
      }
    }

    private Computed compute(List<CtcWindow> pool, int batchSize) {
      List<String> ids = pool.stream().map(window -> window.recording().utterance().id()).toList();
      try (Watch.Turn turn = watch.begin(ids)) {
        turn.beat();
        FlopLedger ledger = new FlopLedger(pool.size(), turn::beat);
        return new Computed(recognizer.recognize(pool, batchSize, ledger), ledger);
      }
    }

    private void accept(List<CtcWindow> pool, Computed computed) {
      for (int row = 0; row < pool.size(); row++) {
        CtcWindow window = pool.get(row);
        CtcRecording recording = window.recording();
        if (recording.isNew()) {
          long context = policy.contextFlops(recording.utterance().context());
          computed.ledger().spend(CostPart.CONTEXT, row, context);
        }
        recording.accept(window, computed.results().get(row), computed.ledger(), row);
        if (recording.isDone()) {
          finished.add(recording.outcome());
        }
      }
    }

    /** Once, however many of its windows are too much. */
    private void fail(CtcWindow window, ErrorCode code) {
      CtcRecording recording = window.recording();
      if (failed.add(recording)) {
        int rate = model.config().frontend().sampleRate();
        finished.add(Refusals.tooMuch(recording.utterance(), rate, code));
      }
    }
  }

  private Optional<Failed> refusal(Utterance utterance) {
    return refusals
        .unknown(utterance)
        .or(() -> refusals.tooShort(utterance, frames(utterance)))
        .or(() -> refusals.promptTooLong(utterance));
  }

  /** Frames of the shortest window that the utterance can be in; 0 if there is no such window. */
  private int frames(Utterance utterance) {
    int padded = padding.samples(BucketLengths.of(model.config()), utterance.samples().length);
    return padded < model.logMel().minSamples()
        ? 0
        : model.outputFrames(model.logMel().frames(padded)) - model.prefixFrames();
  }
}
