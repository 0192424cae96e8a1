package io.espalier.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.outcome.ErrorCode;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleRangeTest {
  @Test
  void isTheWholeRecordingWithoutBounds() throws Exception {
    SampleRange segment = SampleRange.of(OptionalDouble.empty(), OptionalDouble.empty());

    assertThat(segment.within(12_345)).isEqualTo(new SampleRange(0, 12_345));
  }

  @ParameterizedTest
  @CsvSource({"-1, 2", "2, 1", "1, 1", "NaN, 2", "1, NaN", "1, 1.00001", "Infinity, Infinity"})
  void refusesBoundsThatNoRecordingHas(double start, double end) {
    assertThatThrownBy(() -> SampleRange.of(OptionalDouble.of(start), OptionalDouble.of(end)))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ROW))
        .hasMessageContaining("start_s is " + start + " and end_s is " + end);
  }

  @Test
  void isCutToARecordingThatEndsALittleEarlier() throws Exception {
    SampleRange segment = SampleRange.of(OptionalDouble.of(1), OptionalDouble.of(2.5));

    assertThat(segment.within(32_000)).isEqualTo(new SampleRange(16_000, 32_000));
  }

  @ParameterizedTest
  @CsvSource({"1, 2.6", "2, 2.2", "3, 1e300"})
  void refusesBoundsBeyondTheRecording(double start, double end) throws Exception {
    SampleRange segment = SampleRange.of(OptionalDouble.of(start), OptionalDouble.of(end));

    assertThatThrownBy(() -> segment.within(32_000))
        .isInstanceOfSatisfying(
            AudioException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_SEGMENT_OUT_OF_RANGE))
        .hasMessageContaining("the recording lasts 2.00 s");
  }
}
