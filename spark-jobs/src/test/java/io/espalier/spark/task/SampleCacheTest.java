package io.espalier.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.audio.Waveform;
import io.espalier.pruning.UtteranceContext;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SampleCacheTest {
  private static final int BYTES = 4 * Float.BYTES;

  @Test
  void samplesAreHandedOutOnce() {
    SampleCache cache = new SampleCache(BYTES);
    Waveform kept = waveform();
    cache.keep(row("a", 0), kept);
    assertThat(cache.take(row("a", 0))).isSameAs(kept);
    assertThat(cache.take(row("a", 0))).isNull();
  }

  @Test
  void anotherPartOfTheSameFileIsAnotherEntry() {
    SampleCache cache = new SampleCache(3 * BYTES);
    cache.keep(row("a", 0), waveform());
    assertThat(cache.take(row("a", 1))).isNull();
    assertThat(cache.take(row("b", 0))).isNull();
  }

  @Test
  void whatDoesNotFitIsNotKept() {
    SampleCache cache = new SampleCache(2 * BYTES);
    cache.keep(row("a", 0), waveform());
    cache.keep(row("b", 0), waveform());
    cache.keep(row("c", 0), waveform());
    assertThat(cache.take(row("c", 0))).isNull();
    cache.take(row("a", 0));
    cache.keep(row("c", 0), waveform());
    assertThat(cache.take(row("c", 0))).isNotNull();
  }

  private static Waveform waveform() {
    return new Waveform(new float[4], 16_000, 1);
  }

  private static ManifestRow row(String id, double start) {
    return new ManifestRow(
        id,
        null,
        "file:/" + id,
        OptionalDouble.of(start),
        OptionalDouble.empty(),
        null,
        "asr",
        null,
        null,
        1,
        UtteranceContext.NONE,
        null,
        List.of());
  }
}
