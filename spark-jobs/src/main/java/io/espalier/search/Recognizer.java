package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decodes a batch of windows, each at most as long as the model's {@code speech_length}: ESPnet's
 * {@code Speech2Text.__call__}, for many at once. Used by one thread; the model may be shared.
 */
final class Recognizer {
  private static final double MIN_LENGTH_STEP = 0.1;

  private final OwsmModel model;
  private final TokenTable tokens;
  private final DecodingOptions options;
  private final Padding padding;

  Recognizer(OwsmModel model, TokenTable tokens, DecodingOptions options, Padding padding) {
    this.model = model;
    this.tokens = tokens;
    this.options = options;
    this.padding = padding;
  }

  /**
   * One window.
   *
   * @param samples at most as many as the model's window has
   * @param language token id, or negative to identify it
   * @param task token id
   * @param textPrev ids of what was said before, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Window(float[] samples, int language, int task, int[] textPrev, boolean timestamps) {}

  /**
   * What one window gave.
   *
   * @param nBest finished hypotheses, best first; may be empty
   * @param language given or identified token id
   * @param languageProbability NaN if the language was given
   */
  record Result(
      List<Hypothesis> nBest,
      int language,
      double languageProbability,
      double noSpeechProbability) {}

  /** Wall time of a batch in milliseconds. */
  record Timing(double encoderMs, double decoderMs) {}

  /** Results in the windows' order. */
  record Batch(List<Result> results, Timing timing) {}

  /** The encoder's side of a batch. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Encoded(NDArray frames, NDArray mask, int[] lengths) {}

  /** Decodes all windows. */
  Batch recognize(List<Window> windows, ModuleGates gates, CostMeter meter) {
    try (NDManager scope = model.manager().newSubManager()) {
      long start = System.nanoTime();
      Encoded encoded = encode(scope, windows, gates, meter);
      long middle = System.nanoTime();
      List<Result> results = decode(scope, windows, encoded, gates, meter);
      long end = System.nanoTime();
      return new Batch(results, new Timing((middle - start) / 1e6, (end - middle) / 1e6));
    }
  }

  private Encoded encode(
      NDManager scope, List<Window> windows, ModuleGates gates, CostMeter meter) {
    try (NDManager inner = scope.newSubManager()) {
      NDArray features;
      int[] lengths;
      FrameMask mask;
      if (padding == Padding.FULL) {
        features = fullFeatures(inner, windows);
        int frames = model.encoder().outputFrames((int) features.getShape().get(1));
        lengths = new int[windows.size()];
        Arrays.fill(lengths, frames);
        mask = FrameMask.none(inner);
      } else {
        lengths = new int[windows.size()];
        features = realFeatures(inner, windows, lengths);
        int frames = model.encoder().outputFrames((int) features.getShape().get(1));
        boolean equal = Arrays.stream(lengths).allMatch(length -> length == frames);
        mask = equal ? FrameMask.none(inner) : FrameMask.of(inner, lengths, frames, true);
      }
      NDArray frames = model.encoder().subsample(inner, features, meter);
      features.close();
      NDArray out = model.encoder().forward(scope, frames, mask, gates, meter);
      mask.keys().attach(scope);
      return new Encoded(out, mask.keys(), lengths);
    }
  }

  private NDArray fullFeatures(NDManager manager, List<Window> windows) {
    int length = model.config().windowSamples();
    float[] samples = new float[windows.size() * length];
    for (int row = 0; row < windows.size(); row++) {
      float[] own = windows.get(row).samples();
      System.arraycopy(own, 0, samples, row * length, Math.min(own.length, length));
    }
    try (NDArray batch = manager.create(samples, new Shape(windows.size(), length))) {
      return model.logMel().forward(manager, batch);
    }
  }

  /** Features of the real lengths, computed one by one: reflection at the end is each one's own. */
  private NDArray realFeatures(NDManager manager, List<Window> windows, int[] lengths) {
    int longest = windows.stream().mapToInt(w -> w.samples().length).max().orElseThrow();
    int mels = model.config().frontend().nMels();
    int most = model.logMel().frames(longest);
    NDArray all = manager.zeros(new Shape(windows.size(), most, mels));
    for (int row = 0; row < windows.size(); row++) {
      try (NDManager scope = manager.newSubManager()) {
        float[] own = windows.get(row).samples();
        NDArray one = scope.create(own, new Shape(1, own.length));
        NDArray features = model.logMel().forward(scope, one);
        long frames = features.getShape().get(1);
        all.set(new NDIndex(row + ", :" + frames + ", :"), features.squeeze(0));
        lengths[row] = model.encoder().outputFrames((int) frames);
      }
    }
    return all;
  }

  private List<Result> decode(
      NDManager scope, List<Window> windows, Encoded encoded, ModuleGates gates, CostMeter meter) {
    try (DecoderState decoder =
        model.decoder().start(scope, encoded.frames(), encoded.mask(), gates, meter)) {
      int rows = windows.size();
      Languages languages = new Languages(tokens, decoder, scope, windows);
      int[][] prompts = new int[rows][];
      for (int row = 0; row < rows; row++) {
        Window window = windows.get(row);
        prompts[row] =
            Prompt.of(
                tokens, window.textPrev(), languages.id(row), window.task(), window.timestamps());
      }
      NDArray hidden = decoder.prefill(scope, prompts);
      double[] silence = noSpeech(scope, decoder, hidden, prompts);
      int[] last = Arrays.stream(prompts).mapToInt(p -> p.length - 1).toArray();
      NDArray behind = decoder.pick(scope, hidden, last);
      List<List<Hypothesis>> nBest =
          search(scope, decoder, behind, prompts, encoded, meter, options.minLenRatio());
      retryShorter(scope, nBest, prompts, encoded, gates, meter);
      return IntStream.range(0, rows)
          .mapToObj(
              row ->
                  new Result(
                      nBest.get(row), languages.id(row), languages.probability(row), silence[row]))
          .toList();
    }
  }

  private double[] noSpeech(
      NDManager scope, DecoderState decoder, NDArray hidden, int[][] prompts) {
    double[] result = new double[prompts.length];
    Arrays.fill(result, Double.NaN);
    if (tokens.find("<nospeech>").isEmpty()) {
      return result;
    }
    int id = tokens.id("<nospeech>");
    int[] starts =
        Arrays.stream(prompts).mapToInt(prompt -> Prompt.startOf(tokens, prompt)).toArray();
    try (NDManager inner = scope.newSubManager()) {
      NDArray logProbs = decoder.logProbs(inner, decoder.pick(inner, hidden, starts));
      float[] values = logProbs.get(new NDIndex(":, 0, " + id)).toFloatArray();
      for (int row = 0; row < result.length; row++) {
        result[row] = Math.exp(values[row]);
      }
    }
    return result;
  }

  private List<List<Hypothesis>> search(
      NDManager scope,
      DecoderState decoder,
      NDArray behind,
      int[][] prompts,
      Encoded encoded,
      CostMeter meter,
      double minLenRatio) {
    List<UtteranceBeam> beams = new ArrayList<>();
    for (int row = 0; row < prompts.length; row++) {
      int room = model.decoder().maxPositions() - prompts[row].length;
      LengthRules lengths = LengthRules.of(options, minLenRatio, encoded.lengths()[row], room);
      beams.add(new UtteranceBeam(options, lengths, prompts[row], tokens.eos()));
    }
    BeamSearch search = new BeamSearch(model.kernels(), tokens, options);
    if (options.ctcWeight() == 0) {
      search.run(scope, decoder, behind, beams, null);
    } else {
      try (CtcBatch ctc =
          new CtcBatch(
              scope, model.ctc(), tokens, options, encoded.frames(), encoded.lengths(), meter)) {
        search.run(scope, decoder, behind, beams, ctc);
      }
    }
    return new ArrayList<>(beams.stream().map(UtteranceBeam::nBest).toList());
  }

  /** ESPnet searches again with a lower minimum as long as nothing ends. */
  private void retryShorter(
      NDManager scope,
      List<List<Hypothesis>> nBest,
      int[][] prompts,
      Encoded encoded,
      ModuleGates gates,
      CostMeter meter) {
    double ratio = options.minLenRatio();
    while (ratio >= MIN_LENGTH_STEP && nBest.stream().anyMatch(List::isEmpty)) {
      ratio -= MIN_LENGTH_STEP;
      try (DecoderState decoder =
          model.decoder().start(scope, encoded.frames(), encoded.mask(), gates, meter)) {
        int[] last = Arrays.stream(prompts).mapToInt(p -> p.length - 1).toArray();
        NDArray behind = decoder.pick(scope, decoder.prefill(scope, prompts), last);
        List<List<Hypothesis>> again =
            search(scope, decoder, behind, prompts, encoded, meter, ratio);
        for (int row = 0; row < prompts.length; row++) {
          if (nBest.get(row).isEmpty()) {
            nBest.set(row, again.get(row));
          }
        }
      }
    }
  }
}
