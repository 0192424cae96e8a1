package io.espalier.tools.benchmark;

import io.espalier.tools.benchmark.Observation.MemorySample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Memory over a job, from the end of its warm-up on.
 *
 * @param warmUp utterances after which it should stay as it is; the figures are given that often
 */
record MemoryCurve(List<MemorySample> samples, int warmUp) {
  private static final String WHOLE = "resident_memory";
  private static final String BAR = "flat";

  static MemoryCurve of(List<MemorySample> all, int warmUp) {
    return new MemoryCurve(
        all.stream().filter(sample -> sample.utterances() >= warmUp).toList(), warmUp);
  }

  /** The parts one after another, then how fast each grows. */
  List<Measurement> measurements() {
    Map<String, ToDoubleFunction<ProcessMemory>> parts = new LinkedHashMap<>();
    parts.put(WHOLE, ProcessMemory::resident);
    parts.put("heap_used", ProcessMemory::heapUsed);
    parts.put("heap_committed", ProcessMemory::heapCommitted);
    parts.put("direct_buffers", ProcessMemory::direct);
    parts.put("resident_outside_both", ProcessMemory::natives);
    parts.put("decoder_processes_apart", ProcessMemory::decoders);
    List<Measurement> measured = new ArrayList<>();
    parts.forEach((name, part) -> measured.addAll(curve(name, part)));
    parts.forEach(
        (name, part) ->
            measured.add(
                new Measurement(
                    name + "_slope_per_1000_utterances",
                    1000 * slope(part),
                    "MiB",
                    name.equals(WHOLE) ? BAR : "")));
    return measured;
  }

  /** The whole at regular places, a part at the ends alone. */
  private List<Measurement> curve(String name, ToDoubleFunction<ProcessMemory> part) {
    List<MemorySample> shown = samples.stream().filter(s -> s.utterances() % warmUp == 0).toList();
    int last = shown.size() - 1;
    return IntStream.range(0, shown.size())
        .filter(i -> name.equals(WHOLE) || i == 0 || i == last)
        .mapToObj(shown::get)
        .map(
            sample ->
                Measurement.of(
                    String.format(Locale.ROOT, "%s_after_%d_utterances", name, sample.utterances()),
                    part.applyAsDouble(sample.memory()),
                    "MiB"))
        .toList();
  }

  /** Least squares, MiB per utterance. */
  private double slope(ToDoubleFunction<ProcessMemory> part) {
    double x = samples.stream().mapToDouble(MemorySample::utterances).average().orElse(0);
    double y =
        samples.stream().mapToDouble(s -> part.applyAsDouble(s.memory())).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (MemorySample sample : samples) {
      double distance = sample.utterances() - x;
      covariance += distance * (part.applyAsDouble(sample.memory()) - y);
      variance += distance * distance;
    }
    return covariance / variance;
  }
}
