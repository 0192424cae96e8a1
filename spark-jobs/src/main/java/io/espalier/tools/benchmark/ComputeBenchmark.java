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
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.OwsmTranscriber;
import io.espalier.search.Utterance;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * Compares encoder, decoder and whole utterances with a plain matrix product on the same threads.
 * The contestants alternate, and the best round of each counts, because disturbances only make a
 * machine slower.
 */
final class ComputeBenchmark {
  private static final int MATRIX = 2048;
  private static final int ROUNDS = 10;
  private static final int SEARCH_ROUNDS = 3;
  private static final int TOKENS = 96;
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
  private final List<Measurement> measured = new ArrayList<>();

  ComputeBenchmark(RandomModel random) {
    this.random = random;
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
    NDArray a = scope.randomNormal(new Shape(MATRIX, MATRIX));
    NDArray b = scope.randomNormal(new Shape(MATRIX, MATRIX));
    NDArray zero = scope.zeros(new Shape(MATRIX));
    Contest product = new Contest(() -> a.dot(b).close());
    Contest linear =
        new Contest(
            () -> model.kernels().call("linear").with(a).with(b).with(zero).run(scope).close());
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
          new Contest(() -> model.encoder().subsample(scope, features, CostMeter.NONE).close()));
      contests.add(new Contest(() -> encode(scope, subsampled, CostMeter.NONE).close()));
    }
    Contest.takeTurns(contests, ROUNDS);
    double matrix = 2 * Math.pow(MATRIX, 3) / 1e9;
    double fastest = Math.max(matrix / product.best(), matrix / linear.best());
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
    Search greedyOne = new Search(1, 1);
    Search greedyMany = new Search(1, LARGE_BATCH);
    Search beamOne = new Search(BEAM, 1);
    Search beamMany = new Search(BEAM, LARGE_BATCH);
    for (int round = 0; round < SEARCH_ROUNDS; round++) {
      List.of(greedyOne, greedyMany, beamOne, beamMany).forEach(Search::round);
    }
    add("utterances_per_s_greedy_batch_1", greedyOne.utterancesPerS(), "1/s");
    add("utterances_per_s_greedy_batch_16", greedyMany.utterancesPerS(), "1/s");
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
    add("utterances_per_s_beam_5_batch_16", beamMany.utterancesPerS(), "1/s");
    measured.add(
        new Measurement(
            "seconds_of_beam_5_over_greedy_batch_16",
            greedyMany.utterancesPerS() / beamMany.utterancesPerS(),
            "",
            "at most 1.3 at base size"));
  }

  /** Utterances of one window each, all with the same number of tokens. */
  private final class Search {
    private final int beam;
    private final int batch;
    private double bestTotalS = Double.POSITIVE_INFINITY;
    private double bestSearchS = Double.POSITIVE_INFINITY;

    Search(int beam, int batch) {
      this.beam = beam;
      this.batch = batch;
    }

    void round() {
      List<Utterance> utterances = new ArrayList<>();
      Random noise = new Random(batch);
      for (int i = 0; i < batch; i++) {
        float[] samples = new float[random.model().config().windowSamples()];
        for (int t = 0; t < samples.length; t++) {
          samples[t] = (float) (0.1 * noise.nextGaussian());
        }
        utterances.add(new Utterance("u" + i, samples, "eng", "asr", null));
      }
      double searchMs = 0;
      long start = System.nanoTime();
      try (OwsmTranscriber transcriber = random.transcriber(beam, TOKENS, batch)) {
        Iterator<Outcome> outcomes = transcriber.transcribe(utterances.iterator());
        while (outcomes.hasNext()) {
          searchMs += ((Transcribed) outcomes.next()).timing().decoderMs();
        }
      }
      bestTotalS = Math.min(bestTotalS, (System.nanoTime() - start) / 1e9);
      bestSearchS = Math.min(bestSearchS, searchMs / 1e3);
    }

    double utterancesPerS() {
      return batch / bestTotalS;
    }

    double tokensPerS() {
      return batch * TOKENS / bestSearchS;
    }
  }

  private void add(String name, double value, String unit) {
    measured.add(Measurement.of(name, value, unit));
  }
}
