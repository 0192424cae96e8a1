package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.owsm.CostMeter;
import io.espalier.owsm.CostPart;
import io.espalier.owsm.ModuleGates;
import io.espalier.owsm.OwsmModel;
import io.espalier.pruning.FlopLedger;
import io.espalier.search.Padding;
import io.espalier.tools.benchmark.NoiseSearch.Load;
import io.espalier.tools.benchmark.SearchTurns.Steps;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares encoder, decoder and whole utterances with a plain matrix product on the same threads.
 * The contestants alternate, and the best round of each counts, because disturbances only make a
 * machine slower.
 */
final class ComputeBenchmark {
  private static final int MATRIX_ON_CPU = 2048;
  private static final int MATRIX_ON_GPU = 8192;
  private static final int ROUNDS = 10;
  private static final int SEARCH_ROUNDS = 2;
  private static final int BEAM = 5;
  private static final int LARGE_BATCH = 16;
  private static final List<Integer> BATCHES = List.of(1, 8);
  private static final CostPart[] BLOCKS = {
    CostPart.ENCODER_FFN1,
    CostPart.ENCODER_ATT,
    CostPart.ENCODER_CGMLP,
    CostPart.ENCODER_MERGE,
    CostPart.ENCODER_FFN2
  };

  private final RandomModel random;
  private final int tokens;
  private final int matrix;
  private final List<Measurement> measured = new ArrayList<>();

  /**
   * @param tokens of each utterance
   */
  ComputeBenchmark(RandomModel random, int tokens) {
    this.random = random;
    this.tokens = tokens;
    this.matrix = random.manager().getDevice().isGpu() ? MATRIX_ON_GPU : MATRIX_ON_CPU;
  }

  List<Measurement> run() {
    try (NDManager scope = random.manager().newSubManager()) {
      encoder(scope);
    }
    utterances();
    return measured;
  }

  private void encoder(NDManager scope) {
    OwsmModel model = random.model();
    NDArray a = scope.randomNormal(new Shape(matrix, matrix));
    NDArray b = scope.randomNormal(new Shape(matrix, matrix));
    NDArray zero = scope.zeros(new Shape(matrix));
    Contest product = new Contest(() -> DeviceWait.consume(a.dot(b)));
    Contest linear =
        new Contest(
            () ->
                DeviceWait.consume(
                    model.kernels().call("linear").with(a).with(b).with(zero).run(scope)));
    List<Contest> contests = new ArrayList<>(List.of(product, linear));
    List<FlopLedger> ledgers = new ArrayList<>();
    for (int batch : BATCHES) {
      int frames = model.logMel().frames(model.config().windowSamples());
      int mels = model.config().frontend().nMels();
      NDArray features = scope.randomNormal(new Shape(batch, frames, mels));
      NDArray subsampled = model.encoder().subsample(scope, features, CostMeter.NONE);
      FlopLedger ledger = new FlopLedger(batch);
      model.encoder().subsample(scope, features, ledger).close();
      encode(scope, subsampled, ledger).close();
      ledgers.add(ledger);
      contests.add(
          new Contest(
              () ->
                  DeviceWait.consume(model.encoder().subsample(scope, features, CostMeter.NONE))));
      contests.add(
          new Contest(() -> DeviceWait.consume(encode(scope, subsampled, CostMeter.NONE))));
    }
    Contest.takeTurns(contests, ROUNDS);
    double giga = 2 * Math.pow(matrix, 3) / 1e9;
    double fastest = Math.max(giga / product.best(), giga / linear.best());
    add("matrix_product_gflops_per_s", fastest, "GFLOP/s");
    for (int i = 0; i < BATCHES.size(); i++) {
      int batch = BATCHES.get(i);
      double convolved = batch * ledgers.get(i).gigaSpent(0, CostPart.SUBSAMPLING);
      double blocks = batch * ledgers.get(i).gigaSpent(0, BLOCKS);
      add(
          "subsampling_gflops_per_s_batch_" + batch,
          convolved / contests.get(2 + 2 * i).best(),
          "GFLOP/s");
      double rate = blocks / contests.get(3 + 2 * i).best();
      add("encoder_blocks_gflops_per_s_batch_" + batch, rate, "GFLOP/s");
      measured.add(
          new Measurement(
              "encoder_blocks_share_of_matrix_product_batch_" + batch,
              rate / fastest,
              "",
              batch == 8 ? "at least 0.70 at base size" : ""));
    }
  }

  private NDArray encode(NDManager scope, NDArray frames, CostMeter meter) {
    return random
        .model()
        .encoder()
        .forward(scope, frames, FrameMask.none(scope), ModuleGates.OPEN, meter);
  }

  /** Whole utterances and the search alone, greedy and with a beam, one by one and in batches. */
  private void utterances() {
    SearchTurns turns = new SearchTurns();
    Steps greedyOne = turns.addSteps(random, load(1, 1));
    Steps greedyMany = turns.addSteps(random, load(1, LARGE_BATCH));
    Steps beamOne = turns.addSteps(random, load(BEAM, 1));
    Steps beamMany = turns.addSteps(random, load(BEAM, LARGE_BATCH));
    turns.run(SEARCH_ROUNDS);
    add("utterances_per_s_greedy_batch_1", greedyOne.whole().utterancesPerS(), "1/s");
    add("utterances_per_s_greedy_batch_16", greedyMany.whole().utterancesPerS(), "1/s");
    add("decoder_tokens_per_s_beam_1_batch_1", greedyOne.tokensPerS(), "1/s");
    add("decoder_tokens_per_s_beam_1_batch_16", greedyMany.tokensPerS(), "1/s");
    measured.add(
        new Measurement(
            "greedy_decoding_batch_16_over_batch_1",
            greedyMany.tokensPerS() / greedyOne.tokensPerS(),
            "",
            "at least 4 at base size"));
    add("decoder_tokens_per_s_beam_5_batch_1", beamOne.tokensPerS(), "1/s");
    add("decoder_tokens_per_s_beam_5_batch_16", beamMany.tokensPerS(), "1/s");
  }

  private Load load(int beam, int batch) {
    return new Load(beam, batch, tokens, Padding.FULL, random.model().config().speechLengthS());
  }

  private void add(String name, double value, String unit) {
    measured.add(Measurement.of(name, value, unit));
  }
}
