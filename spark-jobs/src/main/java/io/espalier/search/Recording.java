package io.espalier.search;

import io.espalier.audio.SpeechActivity;
import io.espalier.audio.SpeechActivity.Stretch;
import io.espalier.audio.Waveform;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.Tokenizer;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateSet;
import io.espalier.search.Outcome.Gflops;
import io.espalier.search.Outcome.Segment;
import io.espalier.search.Outcome.Timing;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import io.espalier.search.words.CompressionRatio;
import io.espalier.search.words.FrameClock;
import io.espalier.search.words.Repetition;
import io.espalier.search.words.TimedWord;
import io.espalier.search.words.TokenScores;
import io.espalier.search.words.WordAligner;
import io.espalier.search.words.WordEdges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One utterance on its way through the batches: a single window if it is short, one after another
 * if it is long. Collects what the windows gave.
 */
final class Recording {
  private final Utterance utterance;
  private final OwsmModel model;
  private final TokenTable tokens;
  private final Tokenizer tokenizer;
  private final DecodingOptions options;
  private final LongForm longForm;
  private final WordAligner aligner;
  private final List<TimedWord> words = new ArrayList<>();
  private final List<Outcome.Quality> quality = new ArrayList<>();
  private int windowStart;
  private int windowLength;
  private boolean shortDone;
  private int language;
  private double languageProbability = Double.NaN;
  private double noSpeechProbability = Double.NaN;
  private String shortText = "";
  private int tokenCount;
  private double score;
  private double decoderScore;
  private boolean anyHypothesis;
  private GateSet firstGates;
  private double openEncoder;
  private double openDecoder;
  private int windows;
  private Gflops gflops = Gflops.NONE;
  private Timing timing = new Timing(0, 0, 0);

  /**
   * @param language token id, or negative to identify it in the first window
   * @param skipSilence whether windows without speech are left out
   */
  Recording(
      Utterance utterance,
      int language,
      LoadedOwsm owsm,
      DecodingOptions options,
      boolean skipSilence) {
    this.utterance = utterance;
    this.language = language;
    this.model = owsm.model();
    this.tokens = owsm.tokens();
    this.tokenizer = owsm.tokenizer();
    this.options = options;
    this.aligner =
        new WordAligner(tokens::token, tokenizer::decodeText, FrameClock.of(model.config()));
    boolean isLong = utterance.samples().length > model.config().windowSamples();
    List<Stretch> speech =
        skipSilence
            ? SpeechActivity.of(utterance.samples()).stretches()
            : List.of(new Stretch(0, utterance.samples().length));
    this.longForm = isLong || options.timestamps() ? newLongForm(speech) : null;
    this.shortDone = speech.isEmpty();
  }

  private LongForm newLongForm(List<Stretch> speech) {
    LongForm.Settings settings =
        new LongForm.Settings(
            Waveform.SAMPLE_RATE,
            model.config().windowSamples(),
            model.config().speechResolutionS());
    return new LongForm(
        utterance.samples().length,
        utterance.textPrev(),
        settings,
        options,
        tokens,
        tokenizer::decode,
        speech);
  }

  Utterance utterance() {
    return utterance;
  }

  /** The next window to decode, or none if all are. */
  Optional<Window> next() {
    int task = tokens.task(utterance.task()).orElseThrow();
    if (longForm == null) {
      if (shortDone) {
        return Optional.empty();
      }
      int[] previous = encode(utterance.textPrev());
      windowLength = utterance.samples().length;
      return Optional.of(window(utterance.samples(), task, previous, false));
    }
    return longForm
        .next()
        .map(
            part -> {
              float[] samples =
                  Arrays.copyOfRange(
                      utterance.samples(), part.offset(), part.offset() + part.length());
              windowStart = part.offset();
              windowLength = part.length();
              boolean timed = tokens.hasTimestamps();
              return window(samples, task, fitting(encode(part.textPrev())), timed);
            });
  }

  /** The last tokens of what the windows before said, for which the decoder has positions. */
  private int[] fitting(int[] previous) {
    int most = model.maxPreviousTokens();
    return previous == null || previous.length <= most
        ? previous
        : Arrays.copyOfRange(previous, previous.length - most, previous.length);
  }

  private Window window(float[] samples, int task, int[] previous, boolean timestamps) {
    return new Window(
        samples, language, task, previous, timestamps, utterance.id(), utterance.context());
  }

  private int[] encode(String text) {
    return text == null ? null : tokenizer.encode(text);
  }

  /**
   * Takes the result of the window that {@link #next} gave.
   *
   * @param ledger the batch's account
   * @param row the window's row in the batch
   */
  void accept(Recognized recognized, FlopLedger ledger, int row) {
    WindowResult result = recognized.result();
    language = result.language();
    if (timing.batchSize() == 0) {
      languageProbability = result.languageProbability();
      noSpeechProbability = result.noSpeechProbability();
    }
    timing =
        new Timing(
            timing.encoderMs() + recognized.encoderMs(),
            timing.decoderMs() + recognized.decoderMs(),
            Math.max(timing.batchSize(), recognized.batchSize()));
    add(recognized.gates());
    gflops = gflops.plus(ledger, row);
    int[] ids = null;
    double meanLogprob = Double.NaN;
    if (!result.nBest().isEmpty()) {
      Hypothesis best = result.nBest().get(0);
      anyHypothesis = true;
      tokenCount += best.tokens().length - best.promptLength();
      score += best.score();
      decoderScore += best.decoderScore();
      meanLogprob = best.decoderScore() / (best.tokens().length - best.promptLength());
      int blank = tokens.blank();
      ids = Arrays.stream(best.generated()).filter(id -> id != blank).toArray();
    }
    BitSet said = new BitSet();
    if (longForm != null) {
      said = longForm.accept(ids);
    } else {
      shortDone = true;
      shortText = ids == null ? "" : tokenizer.decodeText(ids);
      said.set(0, ids == null ? 0 : ids.length);
    }
    addQuality(result.noSpeechProbability(), meanLogprob, ids);
    if (recognized.said().isPresent()) {
      addWords(recognized.said().get(), ids, said);
    }
  }

  /** One for each of the window's segments; one for its text if it is the whole recording. */
  private void addQuality(double noSpeech, double meanLogprob, int[] ids) {
    int[] text =
        ids == null ? new int[0] : Arrays.stream(ids).filter(id -> !tokens.isSpecial(id)).toArray();
    double ratio = CompressionRatio.of(tokenizer.decodeText(text));
    int parts = longForm == null ? 1 : longForm.segments().size();
    while (quality.size() < parts) {
      quality.add(new Outcome.Quality(noSpeech, ratio, meanLogprob, Repetition.isAtEnd(text)));
    }
  }

  /** Times all that the window said, and keeps the words that went into the text. */
  private void addWords(TokenScores frames, int[] ids, BitSet said) {
    int[] places = IntStream.range(0, ids.length).filter(i -> !tokens.isSpecial(ids[i])).toArray();
    words.addAll(
        aligner.words(
            frames,
            Arrays.stream(places).map(i -> ids[i]).toArray(),
            (double) windowStart / Waveform.SAMPLE_RATE,
            (double) windowLength / Waveform.SAMPLE_RATE,
            i -> said.get(places[i])));
  }

  private void add(GateSet gates) {
    windows++;
    openEncoder += gates.encoder().openShare();
    openDecoder += gates.decoder().openShare();
    if (firstGates == null) {
      firstGates = gates;
    }
  }

  /** Whether no window was decoded yet. */
  boolean isNew() {
    return windows == 0;
  }

  /** Whether any window gave a hypothesis, be it empty, or none needed one. */
  boolean hasHypothesis() {
    return anyHypothesis || isNew();
  }

  /** What became of the utterance, once there is no next window. */
  Transcribed outcome() {
    List<Segment> segments = longForm == null ? List.of() : longForm.segments();
    String text =
        longForm == null
            ? shortText
            : segments.stream()
                .map(s -> s.text().strip())
                .filter(s -> !s.isEmpty())
                .collect(Collectors.joining(" "));
    return new Transcribed(
        utterance.id(),
        language < 0 ? null : tokens.languageCode(language),
        languageProbability,
        utterance.task(),
        text,
        segments,
        List.copyOf(quality),
        words.isEmpty() ? List.of() : fittedWords(),
        tokenCount,
        score,
        tokenCount == 0 ? Double.NaN : decoderScore / tokenCount,
        noSpeechProbability,
        CompressionRatio.of(text),
        isNew()
            ? null
            : new Outcome.Gates(firstGates, openEncoder / windows, openDecoder / windows),
        gflops,
        timing);
  }

  private List<TimedWord> fittedWords() {
    double lengthS = (double) utterance.samples().length / Waveform.SAMPLE_RATE;
    return WordEdges.fit(words, SpeechActivity.of(utterance.samples()), lengthS);
  }
}
