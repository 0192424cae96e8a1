package io.espalier.search.ctc;

import io.espalier.audio.SpeechActivity;
import io.espalier.audio.Waveform;
import io.espalier.features.Stretch;
import io.espalier.owsm.BucketLengths;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GateSet;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Gflops;
import io.espalier.search.Outcome.Timing;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Refusals;
import io.espalier.search.Utterance;
import io.espalier.search.beam.Hypothesis;
import io.espalier.search.words.CompressionRatio;
import io.espalier.search.words.FrameClock;
import io.espalier.search.words.Repetition;
import io.espalier.search.words.TimedWord;
import io.espalier.search.words.WordAligner;
import io.espalier.search.words.WordEdges;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One utterance on its way through the batches: a single window if it is short, several that
 * overlap if it is long, in any order. Collects what the windows gave.
 */
final class CtcRecording {
  /** The task whose text is what was said. */
  private static final String SPOKEN_TASK = "asr";

  private final boolean timesWords;
  private final Utterance utterance;
  private final LoadedOwsmCtc owsm;
  private final Padding padding;
  private final LongWindows cut;
  private final int task;
  private final boolean isLong;
  private final boolean searched;
  private final CtcFrames[] kept;
  private int language;
  private double languageProbability = Double.NaN;
  private double noSpeechProbability = Double.NaN;

  /** The first window that is not left out. */
  private final int first;

  private int given;
  private int done;
  private int silent;
  private GateSet gates;
  private Optional<Hypothesis> best = Optional.empty();
  private double openEncoder;
  private Gflops gflops = Gflops.NONE;
  private Timing timing = new Timing(0, 0, 0);

  /**
   * @param language token id, or negative to leave it to the model
   * @param searches whether a beam search gives the text, if the recording is short
   * @param decoding tells whether words get times and silence is left out
   */
  CtcRecording(
      Utterance utterance,
      int language,
      LoadedOwsmCtc owsm,
      Padding padding,
      LongWindows cut,
      boolean searches,
      Decoding decoding) {
    this.timesWords = decoding.words() && utterance.task().equals(SPOKEN_TASK);
    this.utterance = utterance;
    this.language = language;
    this.owsm = owsm;
    this.padding = padding;
    this.cut = cut;
    this.task = owsm.tokens().task(utterance.task()).orElseThrow();
    int samples = utterance.samples().length;
    this.isLong = samples > cut.window();
    this.searched = searches && !isLong;
    this.kept = new CtcFrames[isLong ? cut.count(samples) : 1];
    if (decoding.skipSilence()) {
      leaveOutSilence();
    }
    this.first = given;
  }

  /** Of windows without speech, every frame is a blank that nobody needs to compute. */
  private void leaveOutSilence() {
    List<SpeechActivity.Stretch> speech = SpeechActivity.of(utterance.samples()).stretches();
    for (int i = 0; i < kept.length; i++) {
      int start = isLong ? i * cut.step() : 0;
      int end = isLong ? start + cut.step() : utterance.samples().length;
      if (speech.stream().noneMatch(part -> part.start() < end && part.end() > start)) {
        int frames = isLong ? cut.frames() - 2 * cut.contextFrames() : 0;
        kept[i] = CtcFrames.blank(frames, owsm.tokens().blank());
        done++;
      }
    }
    silent = done;
    skipSilent();
  }

  private void skipSilent() {
    while (given < kept.length && kept[given] != null) {
      given++;
    }
  }

  Utterance utterance() {
    return utterance;
  }

  /** Whether there is a window that {@link #next} did not give yet. */
  boolean hasNext() {
    return given < kept.length;
  }

  /** The next window; they do not depend on each other. */
  CtcWindow next() {
    int index = given++;
    skipSilent();
    OwsmCtcModel model = owsm.model();
    Stretch stretch =
        isLong
            ? new Stretch(utterance.samples(), cut.start(index), cut.window())
            : Stretch.of(utterance.samples());
    int samples =
        isLong ? cut.window() : padding.samples(BucketLengths.of(model.config()), stretch.length());
    int spoken = model.outputFrames(model.logMel().frames(stretch.length()));
    int computed = model.outputFrames(model.logMel().frames(samples));
    return new CtcWindow(
        this,
        index,
        stretch,
        samples,
        CtcPrompt.of(owsm.tokens(), asked(), task, index == first ? previous() : null),
        new GateInput(
            utterance.id(),
            utterance.language(),
            utterance.task(),
            utterance.context(),
            spoken,
            computed),
        searched);
  }

  /** What the prompt says; it does not depend on what earlier windows gave. */
  private int asked() {
    return utterance.language() == null ? -1 : language;
  }

  private int[] previous() {
    return utterance.textPrev() == null ? null : owsm.tokenizer().encode(utterance.textPrev());
  }

  /** Whether no window was decoded yet. */
  boolean isNew() {
    return done == silent;
  }

  /**
   * Takes what a window gave.
   *
   * @param ledger the batch's account
   * @param row the window's row in the batch
   */
  void accept(CtcWindow window, CtcResult result, FlopLedger ledger, int row) {
    CtcFrames frames = result.frames();
    if (window.index() == first) {
      if (language < 0) {
        CtcFrames.Language found = frames.language(owsm.tokens());
        language = found.id();
        languageProbability = found.probability();
      }
      noSpeechProbability =
          owsm.tokens().find("<nospeech>").stream()
              .mapToDouble(frames::highest)
              .findFirst()
              .orElse(Double.NaN);
      gates = result.gates();
      best = result.nBest().stream().findFirst();
    }
    kept[window.index()] =
        isLong
            ? frames.range(cut.contextFrames(), cut.frames() - cut.contextFrames())
            : frames.range(0, frames.ids().length);
    done++;
    openEncoder += result.gates().encoder().openShare();
    gflops = gflops.plus(ledger, row);
    timing =
        new Timing(
            timing.encoderMs() + result.ms(), 0, Math.max(timing.batchSize(), result.batchSize()));
  }

  /** Whether every window was decoded. */
  boolean isDone() {
    return done == kept.length;
  }

  /** What became of the utterance, once it is done. */
  Outcome outcome() {
    if (searched && best.isEmpty()) {
      return Refusals.withoutHypothesis(utterance);
    }
    int blank = owsm.tokens().blank();
    BestPath path = BestPath.of(List.of(kept), blank);
    int[] tokens =
        best.map(found -> Arrays.stream(found.generated()).filter(id -> id != blank).toArray())
            .orElse(path.tokens());
    double logProb = best.map(Hypothesis::ctcScore).orElse(path.tokenScore());
    String text = owsm.tokenizer().decodeText(tokens);
    return new Transcribed(
        utterance.id(),
        language < 0 ? null : owsm.tokens().languageCode(language),
        languageProbability,
        utterance.task(),
        text,
        List.of(),
        isNew() ? List.of() : List.of(quality(text, tokens, logProb)),
        timesWords && best.isEmpty() ? words(path) : List.of(),
        tokens.length,
        best.map(Hypothesis::score).orElse(path.score()),
        tokens.length == 0 ? Double.NaN : logProb / tokens.length,
        noSpeechProbability,
        CompressionRatio.of(text),
        isNew() ? null : new Outcome.Gates(gates, openEncoder / (kept.length - silent), Double.NaN),
        gflops,
        timing);
  }

  private Outcome.Quality quality(String text, int[] tokens, double logProb) {
    return new Outcome.Quality(
        noSpeechProbability,
        CompressionRatio.of(text),
        tokens.length == 0 ? Double.NaN : logProb / tokens.length,
        Repetition.isAtEnd(tokens));
  }

  /** When the words of the best path were said. */
  private List<TimedWord> words(BestPath path) {
    TokenTable tokens = owsm.tokens();
    int[] places =
        IntStream.range(0, path.tokens().length)
            .filter(i -> !tokens.isSpecial(path.tokens()[i]))
            .toArray();
    double lengthS = (double) utterance.samples().length / Waveform.SAMPLE_RATE;
    List<TimedWord> words =
        new WordAligner(
                tokens::token, owsm.tokenizer()::decodeText, FrameClock.of(owsm.model().config()))
            .words(
                Arrays.stream(places).mapToObj(i -> path.spans().get(i)).toList(),
                Arrays.stream(places).map(i -> path.tokens()[i]).toArray(),
                0,
                lengthS,
                i -> true);
    return WordEdges.fit(words, SpeechActivity.of(utterance.samples()), lengthS);
  }
}
