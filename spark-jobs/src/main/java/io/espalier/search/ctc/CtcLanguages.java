package io.espalier.search.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.features.Stretch;
import io.espalier.features.StretchFeatures;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.FlopLedger;
import io.espalier.search.SpokenLanguage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The languages of recordings as an OWSM-CTC finds them when it transcribes their first window. */
final class CtcLanguages {
  private final LoadedOwsmCtc owsm;

  CtcLanguages(LoadedOwsmCtc owsm) {
    this.owsm = owsm;
  }

  /** One for each recording, in order. */
  List<SpokenLanguage> of(List<float[]> recordings) {
    OwsmCtcModel model = owsm.model();
    TokenTable tokens = owsm.tokens();
    int window = model.config().windowSamples();
    List<Stretch> stretches =
        recordings.stream().map(samples -> new Stretch(samples, 0, window)).toList();
    int[] samples = new int[recordings.size()];
    Arrays.fill(samples, window);
    FlopLedger ledger = new FlopLedger(samples.length);
    StretchFeatures features =
        new StretchFeatures(model.logMel(), model.config().frontend().nMels());
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray heard = features.of(scope, stretches, samples);
      NDArray encoded = owsm.encode(scope, heard, ledger);
      int frames = (int) encoded.getShape().get(1);
      float[] values =
          model.output().best(scope, encoded, FrameMask.none(scope), ledger).toFloatArray();
      int[] watched = model.output().watched();
      List<SpokenLanguage> languages = new ArrayList<>();
      for (int row = 0; row < samples.length; row++) {
        int start = row * frames * (2 + watched.length);
        CtcFrames.Language found = CtcFrames.of(values, start, frames, watched).language(tokens);
        long flops = ledger.spent(row, CostPart.values());
        String code = tokens.languageCode(found.id());
        languages.add(new SpokenLanguage(code, found.probability(), flops));
      }
      return languages;
    }
  }
}
