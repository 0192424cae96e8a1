package io.espalier.search;

import ai.djl.ndarray.NDManager;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.OpenModules;
import io.espalier.search.beam.BeamSearch;
import io.espalier.search.beam.DecodingOptions;
import java.util.List;

/** The decoder's side of windows: language, prompt, search. */
final class WindowDecoder {
  private final OwsmModel model;
  private final TokenTable tokens;
  private final DecodingOptions options;

  WindowDecoder(OwsmModel model, TokenTable tokens, DecodingOptions options) {
    this.model = model;
    this.tokens = tokens;
    this.options = options;
  }

  /**
   * What the encoder gave for a window.
   *
   * @param length its real frames
   * @param allFrames that there would be if the encoder had taken none away
   * @param gates of the decoder
   * @param place its row in the ledger
   */
  record Encoded(
      Window window, RowSource frames, int length, int allFrames, OpenModules gates, int place) {}

  /**
   * What the decoder gave.
   *
   * @param ms share of the wall time
   * @param batchSize most windows that were decoded together with it, itself among them
   */
  record Decoded(WindowResult result, double ms, int batchSize) {}

  /**
   * Decodes all windows.
   *
   * @param batchSize most windows that take a step together
   * @return in the windows' order
   */
  List<Decoded> decode(NDManager scope, List<Encoded> windows, int batchSize, FlopLedger ledger) {
    try (NDManager manager = scope.newSubManager()) {
      List<DecodingTask> tasks =
          windows.stream().map(window -> new DecodingTask(window, options)).toList();
      DecodingQueue queue = new DecodingQueue(model, tokens, options, manager, tasks, ledger);
      new BeamSearch(model.kernels(), tokens, options).run(manager, batchSize, queue);
      return tasks.stream().map(DecodingTask::decoded).toList();
    }
  }
}
