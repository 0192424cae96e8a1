package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.espalier.nn.FrameMask;
import io.espalier.nn.Kernels;
import io.espalier.nn.Linear;
import io.espalier.nn.Precision;
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
  private static final List<Integer> BATCHES_ON_CPU = List.of(1, 8);
  private static final List<Integer> BATCHES_ON_GPU = List.of(1, 8, 64);
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
  private final List<Integer> batches;
  private final List<Measurement> measured = new ArrayList<>();

  /**
   * @param tokens of each utterance
   */
  ComputeBenchmark(RandomModel random, int tokens) {
    this.random = random;
    this.tokens = tokens;
    boolean gpu = random.manager().getDevice().isGpu();
    this.matrix = gpu ? MATRIX_ON_GPU : MATRIX_ON_CPU;
    this.batches = gpu ? BATCHES_ON_GPU : BATCHES_ON_CPU;
  }

  List<Measurement> run() {
    try (NDManager scope = random.manager().newSubManager()) {
      encoder(scope);
    }
    utterances();
    return measured;
  }

  private void encoder(NDManager scope) {
    List<Contest> products = products(scope);
    List<Contest> contests = new ArrayList<>(products);
    List<EncoderRun> runs = batches.stream().map(batch -> encoderRun(scope, batch)).toList();
    for (EncoderRun run : runs) {
      contests.add(run.subsampling());
      contests.add(run.blocks());
    }
    Contest.takeTurns(contests, ROUNDS);
    double giga = 2 * Math.pow(matrix, 3) / 1e9;
    double fastest =
        products.stream().mapToDouble(product -> giga / product.best()).max().orElseThrow();
    add("matrix_product_gflops_per_s", fastest, "GFLOP/s");
    runs.forEach(run -> report(run, fastest));
  }

  /**
   * The encoder's two parts on one batch.
   *
   * @param subsamplingGiga GFLOPs of the batch
   * @param blocksGiga GFLOPs of the batch
   */
  private record EncoderRun(
      int batch, double subsamplingGiga, double blocksGiga, Contest subsampling, Contest blocks) {}

  private EncoderRun encoderRun(NDManager scope, int batch) {
    OwsmModel model = random.model();
    int frames = model.logMel().frames(model.config().windowSamples());
    int mels = model.config().frontend().nMels();
    NDArray features = scope.randomNormal(new Shape(batch, frames, mels));
    FlopLedger ledger = new FlopLedger(batch);
    NDArray subsampled = model.encoder().subsample(scope, features, ledger);
    encode(scope, subsampled, ledger).close();
    return new EncoderRun(
        batch,
        batch * ledger.gigaSpent(0, CostPart.SUBSAMPLING),
        batch * ledger.gigaSpent(0, BLOCKS),
        new Contest(
            () -> DeviceWait.consume(model.encoder().subsample(scope, features, CostMeter.NONE))),
        new Contest(() -> DeviceWait.consume(encode(scope, subsampled, CostMeter.NONE))));
  }

  private void report(EncoderRun run, double fastest) {
    int batch = run.batch();
    double subsampling = run.subsamplingGiga() / run.subsampling().best();
    double blocks = run.blocksGiga() / run.blocks().best();
    double whole =
        (run.subsamplingGiga() + run.blocksGiga())
            / (run.subsampling().best() + run.blocks().best());
    add("subsampling_gflops_per_s_batch_" + batch, subsampling, "GFLOP/s");
    add("encoder_blocks_gflops_per_s_batch_" + batch, blocks, "GFLOP/s");
    measured.add(
        new Measurement(
            "encoder_blocks_share_of_matrix_product_batch_" + batch,
            blocks / fastest,
            "",
            batch == 8 && precision() == Precision.FLOAT32 ? "at least 0.70 at base size" : ""));
    add("encoder_gflops_per_s_batch_" + batch, whole, "GFLOP/s");
    measured.add(
        new Measurement(
            "encoder_share_of_matrix_product_batch_" + batch,
            whole / fastest,
            "",
            batch == 8 ? expectedShare() : ""));
  }

  private Precision precision() {
    return random.model().kernels().precision();
  }

  /** int8 has none: its convolutions and attention are float32. */
  private String expectedShare() {
    return switch (precision()) {
      case FLOAT32 -> "at least 0.75 at base size";
      case BFLOAT16, FLOAT16 -> "at least 0.60 at base size";
      case INT8 -> "";
    };
  }

  /** The ways to multiply two square matrices in the model's number format. */
  private List<Contest> products(NDManager scope) {
    Kernels kernels = random.model().kernels();
    NDArray a = scope.randomNormal(new Shape(matrix, matrix));
    NDArray b = scope.randomNormal(new Shape(matrix, matrix));
    NDArray zero = scope.zeros(new Shape(matrix));
    NDArray x = kernels.call("compute").with(a).run(scope);
    Linear packed = Linear.of(kernels, scope, b, zero);
    List<Contest> contests = new ArrayList<>();
    contests.add(
        new Contest(
            () -> DeviceWait.consume(kernels.call("linear").with(x).with(packed).run(scope))));
    if (kernels.precision() != Precision.INT8) {
      NDArray y = kernels.call("compute").with(b).run(scope);
      NDArray bias = kernels.call("compute").with(zero).run(scope);
      contests.add(
          new Contest(
              () ->
                  DeviceWait.consume(
                      kernels.call("project").with(x).with(y).with(bias).run(scope))));
    }
    if (kernels.precision() == Precision.FLOAT32) {
      contests.add(new Contest(() -> DeviceWait.consume(a.dot(b))));
    }
    return contests;
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
    add("utterances_per_s_beam_5_batch_16", beamMany.whole().utterancesPerS(), "1/s");
    measured.add(
        new Measurement(
            "seconds_of_beam_5_over_greedy_batch_16",
            greedyMany.whole().utterancesPerS() / beamMany.whole().utterancesPerS(),
            "",
            "at most 1.3 at base size"));
  }

  private Load load(int beam, int batch) {
    return new Load(beam, batch, tokens, Padding.FULL, random.model().config().speechLengthS());
  }

  private void add(String name, double value, String unit) {
    measured.add(Measurement.of(name, value, unit));
  }
}
