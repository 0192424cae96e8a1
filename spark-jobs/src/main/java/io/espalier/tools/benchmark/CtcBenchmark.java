package io.espalier.tools.benchmark;

import ai.djl.ndarray.NDManager;
import io.espalier.nn.PrecisionChoice;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.ctc.LoadedOwsmCtc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Transcribes whole windows of noise with an OWSM-CTC v3.1 of random weights: it computes as much
 * as a published one, and means nothing.
 */
final class CtcBenchmark {
  private static final int ROUNDS = 2;
  private static final int MELS = 80;

  private final ModelSpec spec;
  private final List<Integer> batches;

  CtcBenchmark(ModelSpec spec, List<Integer> batches) {
    this.spec = spec;
    this.batches = batches;
  }

  List<Measurement> run() {
    List<Measurement> measured = new ArrayList<>();
    OwsmConfig config = spec.size().ctcConfig(MELS);
    double before = ProcessMemory.now().resident();
    try (LoadedOwsmCtc owsm = open(config)) {
      measured.add(Measurement.of("ctc_parameters", parameters(config) / 1e6, "million"));
      for (int batch : batches) {
        measured.addAll(run(owsm, batch));
        double resident = ProcessMemory.now().resident() - before;
        measured.add(Measurement.of("ctc_memory_batch_" + batch, resident, "MiB"));
      }
    }
    return measured;
  }

  private LoadedOwsmCtc open(OwsmConfig config) {
    NDManager manager = spec.taskDevice().newManager();
    return LoadedOwsmCtc.of(
        config,
        RandomModel.weights(manager, config),
        Path.of(spec.bpeModel()),
        Optional.empty(),
        PrecisionChoice.parse(spec.precision()).on(spec.taskDevice().djl()));
  }

  private static double parameters(OwsmConfig config) {
    return OwsmParameters.expected(config).entrySet().stream()
        .filter(entry -> !OwsmParameters.OPTIONAL.contains(entry.getKey()))
        .mapToDouble(entry -> entry.getValue().size())
        .sum();
  }

  private List<Measurement> run(LoadedOwsmCtc owsm, int batch) {
    List<Utterance> windows = windows(owsm, batch);
    double seconds = batch * owsm.model().config().speechLengthS();
    Decoding decoding =
        new Decoding(DecodingOptions.DEFAULTS, new GateChoice.Open(), Padding.FULL, seconds);
    double[] giga = new double[1];
    Contest contest = new Contest(() -> giga[0] = transcribe(owsm, decoding, windows));
    Contest.takeTurns(List.of(contest), ROUNDS);
    String name = "_batch_" + batch;
    return List.of(
        Measurement.of("ctc_times_real_time" + name, seconds / contest.best(), ""),
        Measurement.of("ctc_gflops_per_window" + name, giga[0] / batch, "GFLOP"),
        Measurement.of("ctc_gflops_per_s" + name, giga[0] / contest.best(), "GFLOP/s"));
  }

  private static List<Utterance> windows(LoadedOwsmCtc owsm, int batch) {
    Random noise = new Random(batch);
    List<Utterance> windows = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      float[] samples = new float[owsm.model().config().windowSamples()];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) (0.1 * noise.nextGaussian());
      }
      windows.add(new Utterance("u" + i, samples, "eng", "asr", null));
    }
    return windows;
  }

  /** Returns the GFLOPs of all. */
  private static double transcribe(LoadedOwsmCtc owsm, Decoding decoding, List<Utterance> windows) {
    double giga = 0;
    try (Transcriber transcriber = owsm.transcriber(decoding)) {
      Iterator<Outcome> outcomes = transcriber.transcribe(windows.iterator());
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        if (!(outcome instanceof Transcribed one)) {
          throw new IllegalStateException("Cannot measure: " + outcome);
        }
        giga += one.gflops().total();
      }
    }
    return giga;
  }
}
