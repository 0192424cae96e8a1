package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.FlopLedger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The language of recordings as OWSM itself finds it: from the first window, padded to its full
 * length, as ESPnet does. Used by one thread; the model may be shared.
 */
final class LanguageIdentifier {
  private final OwsmModel model;
  private final TokenTable tokens;

  /**
   * @param tokens with some languages
   */
  LanguageIdentifier(OwsmModel model, TokenTable tokens) {
    this.model = model;
    this.tokens = tokens;
  }

  /**
   * Identifies the languages of a batch.
   *
   * @param recordings mono 16 kHz samples in [-1, 1), none empty
   * @return one for each recording, in order
   */
  List<SpokenLanguage> identify(List<float[]> recordings) {
    int rows = recordings.size();
    FlopLedger ledger = new FlopLedger(rows);
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray encoded = encode(scope, recordings, ledger);
      try (DecoderState decoder = model.decoder().start(scope, encoded, ModuleGates.OPEN, ledger)) {
        int[] none = new int[rows];
        Arrays.fill(none, -1);
        Languages languages = new Languages(tokens, decoder, scope, none);
        List<SpokenLanguage> result = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
          String code = tokens.languageCode(languages.id(row));
          long flops = ledger.spent(row, CostPart.values());
          result.add(new SpokenLanguage(code, languages.probability(row), flops));
        }
        return result;
      }
    }
  }

  private NDArray encode(NDManager scope, List<float[]> recordings, CostMeter meter) {
    int length = model.config().windowSamples();
    float[] samples = new float[recordings.size() * length];
    for (int row = 0; row < recordings.size(); row++) {
      float[] own = recordings.get(row);
      System.arraycopy(own, 0, samples, row * length, Math.min(own.length, length));
    }
    NDArray batch = HostData.of(scope, samples, new Shape(recordings.size(), length));
    NDArray features = model.logMel().forward(scope, batch);
    NDArray frames = model.encoder().subsample(scope, features, meter);
    return model.encoder().forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, meter);
  }
}
