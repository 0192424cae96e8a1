package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.DecoderGates;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import io.espalier.search.beam.BeamSearch;
import io.espalier.search.beam.CtcBatch;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import io.espalier.search.beam.LengthRules;
import io.espalier.search.beam.UtteranceBeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The decoder's side of a batch: language, prompt, search. */
final class WindowDecoder {
  private static final double MIN_LENGTH_STEP = 0.1;

  private final OwsmModel model;
  private final TokenTable tokens;
  private final DecodingOptions options;

  WindowDecoder(OwsmModel model, TokenTable tokens, DecodingOptions options) {
    this.model = model;
    this.tokens = tokens;
    this.options = options;
  }

  /**
   * The encoder's output of a batch.
   *
   * @param frames (rows, frames, width)
   * @param mask of attention keys, empty if all are real
   * @param lengths real frames of each row
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Encoded(NDArray frames, NDArray mask, int[] lengths) {}

  /** Decodes all windows; the results are in their order. */
  List<WindowResult> decode(
      NDManager scope, List<Window> windows, Encoded encoded, DecoderGates gates, CostMeter meter) {
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
                  new WindowResult(
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
      DecoderGates gates,
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
