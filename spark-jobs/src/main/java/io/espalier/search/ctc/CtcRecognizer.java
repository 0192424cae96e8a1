package io.espalier.search.ctc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.features.Stretch;
import io.espalier.features.StretchFeatures;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.ctc.CtcPrompt;
import io.espalier.owsm.ctc.OwsmCtcModel;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.DecidedGates;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.OpenModules;
import io.espalier.search.RowSource;
import io.espalier.search.beam.CtcOnlySearch;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.Hypothesis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decodes windows, each at most as long as the model's, many at once: ESPnet's {@code
 * Speech2TextGreedySearch} with every row masked by its own length. Used by one thread; the model
 * may be shared.
 *
 * <p>The work goes in two phases: subsampling and the gates, then the encoder and CTC. Where
 * utterances' gates differ, windows with like gates are brought together between them; where the
 * layers decide about them, windows of one task and language.
 */
final class CtcRecognizer {
  private static final OpenModules NO_DECODER = OpenModules.all(0);

  private final OwsmCtcModel model;
  private final GatePolicy policy;
  private final StretchFeatures features;
  private final CtcOnlySearch search;

  CtcRecognizer(OwsmCtcModel model, TokenTable tokens, DecodingOptions options, GatePolicy policy) {
    this.search = new CtcOnlySearch(tokens, options);
    this.model = model;
    this.policy = policy;
    this.features = new StretchFeatures(model.logMel(), model.config().frontend().nMels());
  }

  /** A window on its way through the phases. */
  private static final class Row {
    private final CtcWindow window;
    private final int place;
    private int length;
    private RowSource frames;
    private OpenModules gates;
    private double ms;
    private CtcResult result;

    Row(CtcWindow window, int place) {
      this.window = window;
      this.place = place;
    }
  }

  /**
   * Decodes all windows.
   *
   * @param batchSize windows that are computed at once; there may be more of them, to be grouped
   * @param ledger has a row for each window
   * @return in the windows' order
   */
  List<CtcResult> recognize(List<CtcWindow> windows, int batchSize, FlopLedger ledger) {
    List<Row> rows =
        IntStream.range(0, windows.size()).mapToObj(i -> new Row(windows.get(i), i)).toList();
    try (NDManager pool = model.manager().newSubManager()) {
      for (List<Row> batch : batches(rows, batchSize)) {
        subsample(pool, batch, meter(ledger, batch));
      }
      for (List<Row> batch : batches(alike(rows), batchSize)) {
        encode(pool, batch, meter(ledger, batch));
      }
    }
    return rows.stream().map(row -> row.result).toList();
  }

  private static List<List<Row>> batches(List<Row> rows, int size) {
    List<List<Row>> batches = new ArrayList<>();
    for (int start = 0; start < rows.size(); start += size) {
      batches.add(rows.subList(start, Math.min(rows.size(), start + size)));
    }
    return batches;
  }

  private List<Row> alike(List<Row> rows) {
    return policy.differs() ? rows.stream().sorted(Comparator.comparing(this::key)).toList() : rows;
  }

  private String key(Row row) {
    GateInput about = row.window.about();
    return policy.isByLayer() ? about.task() + " " + about.language() : row.gates.text();
  }

  private static CostMeter meter(FlopLedger ledger, List<Row> batch) {
    return ledger.rows(batch.stream().mapToInt(row -> row.place).toArray());
  }

  private static List<CtcPrompt> prompts(List<Row> batch) {
    return batch.stream().map(row -> row.window.prompt()).toList();
  }

  private static List<GateInput> about(List<Row> batch) {
    return batch.stream().map(row -> row.window.about()).toList();
  }

  private void subsample(NDManager pool, List<Row> batch, CostMeter meter) {
    long start = System.nanoTime();
    List<Stretch> stretches = batch.stream().map(row -> row.window.stretch()).toList();
    int[] samples = batch.stream().mapToInt(row -> row.window.samples()).toArray();
    try (NDManager scope = pool.newSubManager()) {
      NDArray heard = features.of(scope, stretches, samples);
      int[] own = Arrays.stream(samples).map(model.logMel()::frames).toArray();
      NDArray all = model.subsample(pool, heard, own, prompts(batch), meter);
      List<OpenModules> gates =
          policy.isByLayer()
              ? Collections.nCopies(samples.length, null)
              : policy.encoder(scope, all, about(batch), meter);
      for (int i = 0; i < samples.length; i++) {
        Row row = batch.get(i);
        row.length = model.outputFrames(own[i]);
        row.frames = new RowSource(all, i);
        row.gates = gates.get(i);
        row.ms += milliseconds(start) / samples.length;
      }
    }
  }

  private void encode(NDManager pool, List<Row> batch, CostMeter meter) {
    long start = System.nanoTime();
    int[] lengths = batch.stream().mapToInt(row -> row.length).toArray();
    int longest = Arrays.stream(lengths).max().orElseThrow();
    DecidedGates gates =
        policy.isByLayer()
            ? policy.layers(about(batch), meter)
            : BatchGates.encoder(batch.stream().map(row -> row.gates).toList());
    try (NDManager scope = pool.newSubManager()) {
      List<RowSource> sources = batch.stream().map(row -> row.frames).toList();
      NDArray input = RowSource.gather(model.kernels(), scope, sources, longest);
      boolean equal = Arrays.stream(lengths).allMatch(length -> length == longest);
      FrameMask mask = equal ? FrameMask.none(scope) : FrameMask.of(scope, lengths, longest, true);
      NDArray encoded = model.encode(scope, input, mask, prompts(batch), gates, gates, meter);
      List<OpenModules> open = gates.decided();
      float[] values = model.output().best(scope, encoded, mask, meter).toFloatArray();
      int[] watched = model.output().watched();
      int rowSize = longest * (2 + watched.length);
      for (int i = 0; i < lengths.length; i++) {
        Row row = batch.get(i);
        List<Hypothesis> nBest = search(scope, encoded, row, meter, i);
        CtcFrames frames = CtcFrames.of(values, i * rowSize, lengths[i], watched);
        double ms = row.ms + milliseconds(start) / lengths.length;
        row.result =
            new CtcResult(frames, nBest, new GateSet(open.get(i), NO_DECODER), ms, lengths.length);
      }
    }
  }

  private List<Hypothesis> search(
      NDManager scope, NDArray encoded, Row row, CostMeter meter, int place) {
    if (!row.window.searched()) {
      return List.of();
    }
    try (NDManager inner = scope.newSubManager()) {
      NDArray own = new RowSource(encoded, place).frames(model.kernels(), inner, row.length);
      own.attach(inner);
      NDArray all = model.output().logProbs(inner, own, meter.range(place)).transpose(0, 2, 1);
      float[] values = all.toFloatArray();
      float[][] columns = new float[values.length / row.length][];
      for (int token = 0; token < columns.length; token++) {
        int from = token * row.length;
        columns[token] = Arrays.copyOfRange(values, from, from + row.length);
      }
      return search.search(columns);
    }
  }

  private static double milliseconds(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
