package io.espalier.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.HostData;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.DecoderState;
import io.espalier.owsm.OwsmModel;
import io.espalier.owsm.Prompt;
import io.espalier.owsm.TokenTable;
import io.espalier.pruning.BatchGates;
import io.espalier.pruning.FlopLedger;
import io.espalier.search.beam.BeamSearch;
import io.espalier.search.beam.CtcRow;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.beam.HeadColumns;
import io.espalier.search.beam.LengthRules;
import io.espalier.search.beam.Prefilled;
import io.espalier.search.beam.UtteranceBeam;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Windows that wait for the search: finds their languages, runs their prompts some at a time, and
 * takes the results.
 */
final class DecodingQueue implements BeamSearch.Traffic {
  private final OwsmModel model;
  private final TokenTable tokens;
  private final DecodingOptions options;
  private final NDManager manager;
  private final FlopLedger ledger;
  private final Deque<DecodingTask> waiting;
  private final Map<UtteranceBeam, DecodingTask> underWay = new HashMap<>();
  private long since = System.nanoTime();

  /**
   * @param manager owns what the search needs
   */
  DecodingQueue(
      OwsmModel model,
      TokenTable tokens,
      DecodingOptions options,
      NDManager manager,
      List<DecodingTask> tasks,
      FlopLedger ledger) {
    this.model = model;
    this.tokens = tokens;
    this.options = options;
    this.manager = manager;
    this.ledger = ledger;
    this.waiting = new ArrayDeque<>(tasks);
  }

  @Override
  public Optional<Prefilled> next(int most) {
    while (!waiting.isEmpty()) {
      long start = System.nanoTime();
      List<DecodingTask> group = new ArrayList<>();
      while (group.size() < most && !waiting.isEmpty()) {
        group.add(waiting.remove());
      }
      Optional<Prefilled> prefilled = prefill(group);
      long took = System.nanoTime() - start;
      group.forEach(task -> task.spent(took / 1e6, group.size()));
      since += took;
      if (prefilled.isPresent()) {
        return prefilled;
      }
    }
    return Optional.empty();
  }

  @Override
  public void stepped(List<UtteranceBeam> utterances) {
    double ms = (System.nanoTime() - since) / 1e6;
    since = System.nanoTime();
    utterances.forEach(beam -> underWay.get(beam).spent(ms, utterances.size()));
  }

  @Override
  public void ended(UtteranceBeam utterance) {
    DecodingTask task = underWay.remove(utterance);
    if (task.found(utterance.nBest())) {
      waiting.add(task);
    }
  }

  private Optional<Prefilled> prefill(List<DecodingTask> group) {
    CostMeter meter =
        ledger.rows(group.stream().mapToInt(task -> task.encoded().place()).toArray());
    try (NDManager scope = manager.newSubManager()) {
      DecoderState decoder = start(scope, group, meter);
      int[] given = group.stream().mapToInt(DecodingTask::language).toArray();
      Languages languages = new Languages(tokens, decoder, scope, given);
      int[][] prompts = new int[group.size()][];
      for (int row = 0; row < prompts.length; row++) {
        Window window = group.get(row).window();
        int language = languages.id(row);
        prompts[row] =
            Prompt.of(tokens, window.textPrev(), language, window.task(), window.timestamps());
      }
      NDArray hidden = decoder.prefill(scope, prompts);
      double[] silence = noSpeech(scope, decoder, hidden, prompts, group);
      for (int row = 0; row < prompts.length; row++) {
        if (!group.get(row).isBegun()) {
          group.get(row).begin(languages.id(row), languages.probability(row), silence[row]);
        }
      }
      int[] last = Arrays.stream(prompts).mapToInt(prompt -> prompt.length - 1).toArray();
      NDArray behind = decoder.pick(scope, hidden, last);
      return ready(scope, decoder, behind, beams(scope, group, prompts, meter));
    }
  }

  private DecoderState start(NDManager scope, List<DecodingTask> group, CostMeter meter) {
    int[] lengths = group.stream().mapToInt(task -> task.encoded().length()).toArray();
    int longest = Arrays.stream(lengths).max().orElseThrow();
    int[] all = group.stream().mapToInt(task -> task.encoded().allFrames()).toArray();
    List<RowSource> frames = group.stream().map(task -> task.encoded().frames()).toList();
    NDArray encoded = RowSource.gather(model.kernels(), scope, frames, longest);
    return model
        .decoder()
        .start(
            manager,
            encoded,
            lengths,
            all,
            BatchGates.decoder(group.stream().map(task -> task.encoded().gates()).toList()),
            meter);
  }

  /** Chances that nobody speaks, of those that are not searched again. */
  private double[] noSpeech(
      NDManager scope,
      DecoderState decoder,
      NDArray hidden,
      int[][] prompts,
      List<DecodingTask> group) {
    double[] result = new double[prompts.length];
    Arrays.fill(result, Double.NaN);
    if (tokens.find("<nospeech>").isEmpty() || group.stream().allMatch(DecodingTask::isBegun)) {
      return result;
    }
    int id = tokens.id("<nospeech>");
    int[] starts =
        Arrays.stream(prompts).mapToInt(prompt -> Prompt.startOf(tokens, prompt)).toArray();
    int[] queries = group.stream().mapToInt(task -> task.isBegun() ? 0 : 1).toArray();
    try (NDManager inner = scope.newSubManager()) {
      NDArray behind = decoder.pick(inner, hidden, starts);
      NDArray logProbs = decoder.logProbs(inner, behind, queries);
      float[] values = logProbs.get(new NDIndex(":, 0, " + id)).toFloatArray();
      for (int row = 0; row < result.length; row++) {
        result[row] = Math.exp(values[row]);
      }
    }
    return result;
  }

  private List<UtteranceBeam> beams(
      NDManager scope, List<DecodingTask> group, int[][] prompts, CostMeter meter) {
    List<UtteranceBeam> beams = new ArrayList<>();
    for (int row = 0; row < prompts.length; row++) {
      DecodingTask task = group.get(row);
      int frames = task.encoded().length();
      int room = model.decoder().maxPositions() - prompts[row].length;
      int all = task.encoded().allFrames();
      LengthRules lengths = LengthRules.of(options, task.minLenRatio(), all, room);
      if (options.ctcWeight() > 0 && task.ctc() == null) {
        NDArray encoded = task.encoded().frames().frames(model.kernels(), scope, frames);
        HeadColumns columns = new HeadColumns(manager, model.ctc(), encoded, all, meter, row);
        task.ctc(new CtcRow(columns, tokens, options));
      }
      UtteranceBeam beam =
          new UtteranceBeam(options, lengths, prompts[row], tokens.eos(), task.ctc());
      underWay.put(beam, task);
      beams.add(beam);
    }
    return beams;
  }

  /** Those that may take a step; the others have ended. */
  private Optional<Prefilled> ready(
      NDManager scope, DecoderState decoder, NDArray behind, List<UtteranceBeam> beams) {
    List<Integer> going = new ArrayList<>();
    for (int row = 0; row < beams.size(); row++) {
      going.add(row);
    }
    for (int row = beams.size() - 1; row >= 0; row--) {
      if (beams.get(row).isDone()) {
        int last = going.size() - 1;
        going.set(row, going.get(last));
        going.remove(last);
        decoder.drop(row);
        ended(beams.get(row));
      }
    }
    if (going.isEmpty()) {
      decoder.close();
      return Optional.empty();
    }
    int[] rows = going.stream().mapToInt(row -> row).toArray();
    NDArray index = HostData.of(scope, rows, new Shape(rows.length));
    NDArray hidden = model.kernels().call("gather_rows").with(behind).with(index).run(manager);
    return Optional.of(new Prefilled(decoder, hidden, going.stream().map(beams::get).toList()));
  }
}
