package io.espalier.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioLimitsTest {
  @Test
  void hasTheDocumentedDefaults() {
    assertThat(AudioLimits.defaults())
        .isEqualTo(new AudioLimits(536_870_912, 21_600, 8, 4_000, 96_000, 300_000));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, 1, 1, maxBytes is 0",
    "2147483640, 1, 1, 1, 1, 1, maxBytes is 2147483640",
    "1, 0, 1, 1, 1, 1, maxDurationS is 0.0",
    "1, NaN, 1, 1, 1, 1, maxDurationS is NaN",
    "1, 200000, 1, 1, 1, 1, maxDurationS is 200000.0",
    "1, 1, 0, 1, 1, 1, maxChannels is 0",
    "1, 1, 64, 1, 1, 1, maxChannels is 64",
    "1, 1, 1, 0, 1, 1, minSampleRate is 0",
    "1, 1, 1, 2, 1, 1, maxSampleRate is 1",
    "1, 1, 1, 1, 1, 0, timeoutMs is 0",
    "1, 1, 1, 1, 1, 86400001, timeoutMs is 86400001",
  })
  void namesTheLimitThatCannotBe(
      long bytes, double seconds, int channels, int min, int max, long timeout, String message) {
    assertThatThrownBy(() -> new AudioLimits(bytes, seconds, channels, min, max, timeout))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
