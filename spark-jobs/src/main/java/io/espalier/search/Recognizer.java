package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.TokenTable;
import io.espalier.owsm.frames.FrameChoice;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.DecidedGates;
import io.espalier.pruning.FlopLedger;
import io.espalier.pruning.GateChoice;
import io.espalier.pruning.GateInput;
import io.espalier.pruning.GatePolicy;
import io.espalier.pruning.GateSet;
import io.espalier.pruning.OpenModules;
import io.espalier.search.WindowDecoder.Decoded;
import io.espalier.search.WindowDecoder.Encoded;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.words.SaidTokens;
import io.espalier.search.words.TokenScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Decodes windows, each at most as long as the model's {@code speech_length}: ESPnet's {@code
 * Speech2Text.__call__}, for many at once. Used by one thread; the model may be shared.
 *
 * <p>The work goes in three phases: subsampling and the encoder's gates, the encoder and the
 * decoder's gates, the search. Where utterances' gates differ, windows with like gates are brought
 * together between the phases, so that a batch mostly runs one network. Encoder gates that are
 * decided layer by layer are not known before; then windows with like task and language are. The
 * search takes all windows at once: one that is done leaves its batch, and the next one takes its
 * place.
 */
final class Recognizer {
  /** The task whose text is what was said. */
  private static final String SPOKEN_TASK = "asr";

  private final OwsmModel model;
  private final TokenTable tokens;
  private final GatePolicy policy;
  private final FrameChoice choice;
  private final WindowFrames frames;
  private final WindowDecoder decoder;
  private final boolean words;

  /** With every module open. */
  Recognizer(OwsmModel model, TokenTable tokens, DecodingOptions options, Padding padding) {
    this(
        model,
        tokens,
        options,
        padding,
        new GateChoice.Open().policy(model.config(), Optional.empty()),
        FrameChoice.KEEP,
        false);
  }

  /**
   * @param words whether the results tell what CTC says of their tokens
   */
  Recognizer(
      OwsmModel model,
      TokenTable tokens,
      DecodingOptions options,
      Padding padding,
      GatePolicy policy,
      FrameChoice choice,
      boolean words) {
    this.words = words;
    this.choice = choice.requireFits(model.config().encoder().numBlocks());
    this.model = model;
    this.tokens = tokens;
    this.policy = policy;
    this.frames = new WindowFrames(model, padding);
    this.decoder = new WindowDecoder(model, tokens, options);
  }

  /** A window on its way through the phases. */
  private static final class Row {
    private final Window window;
    private final int place;
    private final GateInput about;
    private int length;
    private RowSource frames;
    private OpenModules encoderGates;
    private OpenModules decoderGates;
    private double encoderMs;
    private Recognized recognized;

    Row(Window window, int place, GateInput about) {
      this.window = window;
      this.place = place;
      this.about = about;
    }
  }

  /**
   * Decodes all windows.
   *
   * @param batchSize windows that are computed at once; there may be more of them, to be grouped
   * @param ledger has a row for each window
   * @return in the windows' order
   */
  List<Recognized> recognize(List<Window> windows, int batchSize, FlopLedger ledger) {
    List<Row> rows = new ArrayList<>();
    for (Window window : windows) {
      rows.add(new Row(window, rows.size(), about(window)));
    }
    try (NDManager pool = model.manager().newSubManager()) {
      try (NDManager subsampled = pool.newSubManager()) {
        for (List<Row> batch : batches(rows, batchSize)) {
          subsample(subsampled, batch, ledger);
        }
        for (List<Row> batch : batches(alike(rows, this::encoderKey), batchSize)) {
          encode(pool, batch, ledger);
        }
      }
      decode(pool, rows, batchSize, ledger);
    }
    return rows.stream().map(row -> row.recognized).toList();
  }

  private GateInput about(Window window) {
    String language = window.language() < 0 ? null : tokens.languageCode(window.language());
    String task = tokens.taskName(window.task());
    return new GateInput(
        window.id(),
        language,
        task,
        window.context(),
        frames.spoken(window),
        frames.computed(window));
  }

  private static List<List<Row>> batches(List<Row> rows, int size) {
    List<List<Row>> batches = new ArrayList<>();
    for (int start = 0; start < rows.size(); start += size) {
      batches.add(rows.subList(start, Math.min(rows.size(), start + size)));
    }
    return batches;
  }

  /** Rows with the same gates become neighbours, and rows that share the first gates come near. */
  private List<Row> alike(List<Row> rows, Function<Row, String> key) {
    return policy.differs() ? rows.stream().sorted(Comparator.comparing(key)).toList() : rows;
  }

  /** Gates that the layers will decide are not known yet; task and language decide about many. */
  private String encoderKey(Row row) {
    return policy.isByLayer()
        ? row.about.task() + " " + row.about.language()
        : row.encoderGates.text();
  }

  private static CostMeter meter(FlopLedger ledger, List<Row> batch) {
    return ledger.rows(batch.stream().mapToInt(row -> row.place).toArray());
  }

  private static List<Window> windows(List<Row> batch) {
    return batch.stream().map(row -> row.window).toList();
  }

  private void subsample(NDManager scope, List<Row> batch, FlopLedger ledger) {
    long start = System.nanoTime();
    CostMeter meter = meter(ledger, batch);
    int[] lengths = new int[batch.size()];
    NDArray all = frames.subsample(scope, windows(batch), lengths, meter);
    List<GateInput> about = batch.stream().map(row -> row.about).toList();
    List<OpenModules> gates =
        policy.isByLayer()
            ? Collections.nCopies(lengths.length, null)
            : policy.encoder(scope, all, about, meter);
    for (int i = 0; i < lengths.length; i++) {
      Row row = batch.get(i);
      row.length = lengths[i];
      row.frames = new RowSource(all, i);
      row.encoderGates = gates.get(i);
      row.encoderMs += milliseconds(start) / lengths.length;
    }
  }

  private void encode(NDManager pool, List<Row> batch, FlopLedger ledger) {
    long start = System.nanoTime();
    CostMeter meter = meter(ledger, batch);
    try (NDManager scope = pool.newSubManager()) {
      NDArray input = gather(scope, batch);
      int[] lengths = batch.stream().mapToInt(row -> row.length).toArray();
      FrameMask mask = frames.mask(scope, lengths, (int) input.getShape().get(1));
      List<GateInput> about = batch.stream().map(row -> row.about).toList();
      DecidedGates gates =
          policy.isByLayer()
              ? policy.layers(about, meter)
              : BatchGates.encoder(batch.stream().map(row -> row.encoderGates).toList());
      NDArray encoded =
          choice.isReducing()
              ? model.encoder().reduced(pool, input, mask, lengths, choice, meter)
              : model.encoder().forward(pool, input, mask, gates, meter);
      List<OpenModules> encoderGates = gates.decided();
      List<OpenModules> decoderGates = policy.decoder(scope, encoded, about, meter);
      for (int i = 0; i < batch.size(); i++) {
        Row row = batch.get(i);
        row.frames = new RowSource(encoded, i);
        row.encoderGates = encoderGates.get(i);
        row.decoderGates = decoderGates.get(i);
        row.encoderMs += milliseconds(start) / batch.size();
      }
    }
  }

  private void decode(NDManager pool, List<Row> rows, int batchSize, FlopLedger ledger) {
    List<Row> order = new ArrayList<>(alike(rows, row -> row.decoderGates.text()));
    List<Decoded> decoded =
        decoder.decode(
            pool,
            order.stream()
                .map(
                    row ->
                        new Encoded(
                            row.window,
                            row.frames,
                            choice.kept(row.length),
                            row.length,
                            row.decoderGates,
                            row.place))
                .toList(),
            batchSize,
            ledger);
    for (int i = 0; i < decoded.size(); i++) {
      Row row = order.get(i);
      long start = System.nanoTime();
      Optional<TokenScores> said = said(pool, row, decoded.get(i).result(), ledger);
      row.recognized =
          new Recognized(
              decoded.get(i).result(),
              new GateSet(row.encoderGates, row.decoderGates),
              row.encoderMs,
              decoded.get(i).ms() + milliseconds(start),
              decoded.get(i).batchSize(),
              said);
    }
  }

  /** CTC is trained on what was said, so it cannot tell when a translation was. */
  private Optional<TokenScores> said(
      NDManager pool, Row row, WindowResult result, FlopLedger ledger) {
    boolean spoken = tokens.taskName(row.window.task()).equals(SPOKEN_TASK);
    if (!words || !spoken || result.nBest().isEmpty()) {
      return Optional.empty();
    }
    int[] ids =
        Arrays.stream(result.nBest().get(0).generated())
            .filter(id -> id != tokens.blank() && !tokens.isSpecial(id))
            .toArray();
    try (NDManager scope = pool.newSubManager()) {
      NDArray own = row.frames.frames(model.kernels(), scope, row.length);
      CostMeter meter = meter(ledger, List.of(row));
      return Optional.of(SaidTokens.of(scope, model.ctc(), own, ids, tokens.blank(), meter, 0));
    }
  }

  private NDArray gather(NDManager scope, List<Row> batch) {
    int longest = batch.stream().mapToInt(row -> row.length).max().orElseThrow();
    return RowSource.gather(
        model.kernels(), scope, batch.stream().map(row -> row.frames).toList(), longest);
  }

  private static double milliseconds(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
