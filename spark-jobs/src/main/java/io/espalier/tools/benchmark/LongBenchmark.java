package io.espalier.tools.benchmark;

import io.espalier.checkpoint.Bundle;
import io.espalier.nn.Precision;
import io.espalier.nn.PrecisionChoice;
import io.espalier.nn.Weights;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedModel;
import io.espalier.search.Outcome;
import io.espalier.search.Outcome.Transcribed;
import io.espalier.search.Padding;
import io.espalier.search.Transcriber;
import io.espalier.search.Utterance;
import io.espalier.search.beam.DecodingOptions;
import io.espalier.search.ctc.LoadedOwsmCtc;
import io.espalier.spark.task.TaskDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A long recording as one row, beside the same audio as rows of one window: in batches, and one by
 * one, since an encoder-decoder knows a window's start only after the window before. A quarter of
 * the recording comes first, for its memory. The demo's speech goes through the demo's model, then
 * through an OWSM-CTC of random weights.
 */
final class LongBenchmark {
  private static final int MELS = 80;
  private static final double BATCH_S = 240;
  private static final int QUARTER = 4;
  private static final DecodingOptions GREEDY =
      new DecodingOptions(1, 0, 0, 0, 0, false, false, false, 29.0, 0.2);

  private final Path demo;
  private final ModelSpec spec;
  private final int minutes;

  /**
   * @param demo directory of the demo data
   * @param spec of the OWSM-CTC
   * @param minutes of the recording
   */
  LongBenchmark(Path demo, ModelSpec spec, int minutes) {
    this.demo = demo;
    this.spec = spec;
    this.minutes = minutes;
  }

  List<Measurement> run() throws IOException {
    List<Measurement> measured = new ArrayList<>();
    TaskDevice device = spec.taskDevice();
    device.prepareThread();
    Precision precision = PrecisionChoice.parse(spec.precision()).on(device.djl());
    try (LoadedModel owsm =
        Bundle.open(demo.resolve("bundle")).loadEither(device.djl(), precision)) {
      GateChoice learned = new GateChoice.Learned(ContextKind.setOf("none"), Double.NaN);
      measured.addAll(run("demo", owsm, learned));
    }
    OwsmConfig config = spec.size().ctcConfig(MELS);
    Weights weights = RandomModel.weights(device.newManager(), config);
    Path bpeModel = Path.of(spec.bpeModel());
    try (LoadedModel owsm =
        LoadedOwsmCtc.of(config, weights, bpeModel, Optional.empty(), precision)) {
      measured.addAll(run("ctc", owsm, new GateChoice.Open()));
    }
    return measured;
  }

  private List<Measurement> run(String model, LoadedModel owsm, GateChoice gates)
      throws IOException {
    OwsmConfig config = owsm.config();
    int rate = config.frontend().sampleRate();
    float[] samples = speech(Math.multiplyExact(minutes * 60, rate));
    List<Utterance> one = cut(samples, samples.length);
    List<Utterance> windows = cut(samples, config.windowSamples());
    float[] less = Arrays.copyOf(samples, samples.length / QUARTER);
    List<Utterance> quarter = cut(less, less.length);
    // The quarter also warms up.
    Measured shorter = measure(owsm, gates, BATCH_S, quarter);
    Measured row = measure(owsm, gates, BATCH_S, one);
    Measured alone = measure(owsm, gates, config.speechLengthS(), windows);
    Measured batches = measure(owsm, gates, BATCH_S, windows);
    double seconds = minutes * 60.0;
    String name = String.format(Locale.ROOT, "long_%s_", model);
    return List.of(
        Measurement.of(name + "row_times_real_time", seconds / row.seconds(), ""),
        Measurement.of(
            name + "windows_in_batches_times_real_time", seconds / batches.seconds(), ""),
        Measurement.of(name + "windows_one_by_one_times_real_time", seconds / alone.seconds(), ""),
        Measurement.of(name + "row_memory", row.mib(), "MiB"),
        Measurement.of(name + "row_of_a_quarter_memory", shorter.mib(), "MiB"));
  }

  /** The demo's recordings one after another, from the first again after the last. */
  private float[] speech(int count) throws IOException {
    List<Utterance> recordings = TextBenchmark.recordings(demo.resolve("audio"));
    float[] samples = new float[count];
    int filled = 0;
    for (int i = 0; filled < count; i++) {
      float[] next = recordings.get(i % recordings.size()).samples();
      int length = Math.min(next.length, count - filled);
      System.arraycopy(next, 0, samples, filled, length);
      filled += length;
    }
    return samples;
  }

  private static List<Utterance> cut(float[] samples, int length) {
    List<Utterance> rows = new ArrayList<>();
    for (int start = 0; start < samples.length; start += length) {
      int end = Math.min(start + length, samples.length);
      float[] part = Arrays.copyOfRange(samples, start, end);
      rows.add(new Utterance("u" + start, part, "eng", "asr", null));
    }
    return rows;
  }

  /**
   * @param mib the most memory that the process had
   */
  private record Measured(double seconds, double mib) {}

  private static Measured measure(
      LoadedModel owsm, GateChoice gates, double batchS, List<Utterance> rows) {
    Decoding decoding = new Decoding(GREEDY, gates, Padding.FULL, batchS);
    long start = System.nanoTime();
    double mib = ProcessMemory.peakDuring(() -> transcribe(owsm, decoding, rows));
    return new Measured((System.nanoTime() - start) / 1e9, mib);
  }

  private static void transcribe(LoadedModel owsm, Decoding decoding, List<Utterance> rows) {
    try (Transcriber transcriber = owsm.transcriber(decoding)) {
      Iterator<Outcome> outcomes = transcriber.transcribe(rows.iterator());
      while (outcomes.hasNext()) {
        if (!(outcomes.next() instanceof Transcribed)) {
          throw new IllegalStateException("Cannot transcribe the demo's speech");
        }
      }
    }
  }
}
