package io.espalier.tools.benchmark;

import io.espalier.checkpoint.Bundle;
import io.espalier.nn.PrecisionChoice;
import io.espalier.owsm.OwsmConfig;
import io.espalier.pruning.ContextKind;
import io.espalier.pruning.GateChoice;
import io.espalier.search.Decoding;
import io.espalier.search.LoadedOwsm;
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
import java.util.function.DoubleFunction;

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
    PrecisionChoice precision = PrecisionChoice.parse(spec.precision());
    TaskDevice device = spec.taskDevice();
    device.prepareThread();
    Bundle bundle = Bundle.open(demo.resolve("bundle"));
    GateChoice learned = new GateChoice.Learned(ContextKind.setOf("none"), Double.NaN);
    DecodingOptions greedy = new DecodingOptions(1, 0, 0, 0, 0, false, false, false, 29.0, 0.2);
    try (LoadedOwsm owsm = bundle.load(device.djl(), precision.on(device.djl()))) {
      measured.addAll(
          run(
              "demo",
              owsm.model().config(),
              seconds -> owsm.transcriber(new Decoding(greedy, learned, Padding.FULL, seconds))));
    }
    OwsmConfig config = spec.size().ctcConfig(MELS);
    try (LoadedOwsmCtc owsm =
        LoadedOwsmCtc.of(
            config,
            RandomModel.weights(device.newManager(), config),
            Path.of(spec.bpeModel()),
            Optional.empty(),
            precision.on(device.djl()))) {
      GateChoice open = new GateChoice.Open();
      measured.addAll(
          run(
              "ctc",
              config,
              seconds -> owsm.transcriber(new Decoding(greedy, open, Padding.FULL, seconds))));
    }
    return measured;
  }

  private List<Measurement> run(
      String model, OwsmConfig config, DoubleFunction<Transcriber> transcribers)
      throws IOException {
    int rate = config.frontend().sampleRate();
    float[] samples = speech(Math.multiplyExact(minutes * 60, rate));
    List<Utterance> one = cut(samples, samples.length);
    List<Utterance> windows = cut(samples, config.windowSamples());
    List<Utterance> quarter = one.stream().map(row -> part(row, QUARTER)).toList();
    // The quarter also warms up.
    Measured shorter = measure(transcribers, BATCH_S, quarter);
    Measured row = measure(transcribers, BATCH_S, one);
    Measured alone = measure(transcribers, config.speechLengthS(), windows);
    Measured batches = measure(transcribers, BATCH_S, windows);
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

  private static Utterance part(Utterance row, int share) {
    float[] samples = Arrays.copyOf(row.samples(), row.samples().length / share);
    return new Utterance(row.id(), samples, row.language(), row.task(), null);
  }

  /**
   * @param mib the most memory that the process had
   */
  private record Measured(double seconds, double mib) {}

  private static Measured measure(
      DoubleFunction<Transcriber> transcribers, double batchS, List<Utterance> rows) {
    long start = System.nanoTime();
    double mib = ProcessMemory.peakDuring(() -> transcribe(transcribers, batchS, rows));
    return new Measured((System.nanoTime() - start) / 1e9, mib);
  }

  private static void transcribe(
      DoubleFunction<Transcriber> transcribers, double batchS, List<Utterance> rows) {
    try (Transcriber transcriber = transcribers.apply(batchS)) {
      Iterator<Outcome> outcomes = transcriber.transcribe(rows.iterator());
      while (outcomes.hasNext()) {
        if (!(outcomes.next() instanceof Transcribed)) {
          throw new IllegalStateException("Cannot transcribe the demo's speech");
        }
      }
    }
  }
}
