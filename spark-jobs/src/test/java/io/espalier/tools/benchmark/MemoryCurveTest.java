package io.espalier.tools.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.tools.benchmark.Observation.MemorySample;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MemoryCurveTest {
  @Test
  void theSlopeIsThatOfTheCurveAfterTheWarmUp() {
    // Half a MiB of heap with each utterance, and a jump before the warm-up's end that counts not.
    List<MemorySample> samples =
        IntStream.rangeClosed(1, 8)
            .map(i -> 50 * i)
            .mapToObj(done -> new MemorySample(done, memory(done < 200 ? 5000 : 1000 + 0.5 * done)))
            .toList();

    List<Measurement> measured = MemoryCurve.of(samples, 200).measurements();

    assertThat(value(measured, "resident_memory_after_200_utterances")).isEqualTo(1100);
    assertThat(value(measured, "resident_memory_after_400_utterances")).isEqualTo(1200);
    assertThat(value(measured, "resident_memory_slope_per_1000_utterances"))
        .isCloseTo(500, within(1e-6));
    assertThat(value(measured, "direct_buffers_slope_per_1000_utterances"))
        .isCloseTo(0, within(1e-6));
    assertThat(value(measured, "resident_outside_both_after_400_utterances")).isEqualTo(590);
  }

  private static ProcessMemory memory(double resident) {
    return new ProcessMemory(resident, 300, 600, 10, 80);
  }

  private static double value(List<Measurement> measured, String name) {
    return measured.stream()
        .filter(m -> m.name().equals(name))
        .mapToDouble(Measurement::value)
        .findFirst()
        .orElseThrow();
  }
}
