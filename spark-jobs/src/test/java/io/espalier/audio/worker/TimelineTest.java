package io.espalier.audio.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.audio.AudioException;
import io.espalier.outcome.ErrorCode;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final double FRAME_S = 0.02;

  private final Timeline timeline = new Timeline();

  /** Adds a frame and returns the silence before it. */
  private double frame(double timeS) throws AudioException {
    double gapS = timeline.gapBefore(timeS, FRAME_S);
    if (gapS > 0) {
      timeline.addSilence(gapS);
    }
    timeline.add(FRAME_S);
    return gapS;
  }

  private void frames(double fromS, int count) throws AudioException {
    for (int i = 0; i < count; i++) {
      assertThat(frame(fromS + i * FRAME_S)).as("frame %d after %s", i, fromS).isZero();
    }
  }

  @Test
  void aMissingFrameIsAGapOfOneFrame() throws Exception {
    frames(3, 10);

    assertThat(frame(3.22)).isCloseTo(FRAME_S, within(1e-9));
    assertThat(timeline.lengthS()).isCloseTo(0.24, within(1e-9));
    assertThat(timeline.startS()).isEqualTo(3);
  }

  @Test
  void halfAFrameIsNoGap() throws Exception {
    frames(0, 10);

    assertThat(frame(0.21)).isZero();
  }

  @Test
  void unknownTimesFollow() throws Exception {
    frames(0, 10);
    frames(Double.NaN, 100);

    assertThat(frame(2.3)).isCloseTo(0.1, within(1e-9));
  }

  @Test
  void timesThatStartAgainFollow() throws Exception {
    frames(0, 100);
    frames(0, 100);

    assertThat(timeline.lengthS()).isCloseTo(4, within(1e-9));
    assertThat(frame(3)).as("a gap in the second part").isCloseTo(1, within(1e-9));
  }

  @Test
  void aSingleWrongTimeMovesNothing() throws Exception {
    frames(0, 500);
    frames(3, 1);
    frames(10.02, 100);

    assertThat(timeline.lengthS()).isCloseTo(12.02, within(1e-9));
  }

  @Test
  void aJumpThereAndBackIsDamage() throws Exception {
    frames(0, 500);
    assertThat(frame(700)).isCloseTo(690, within(1e-9));

    assertThatThrownBy(() -> frame(10.02))
        .isInstanceOfSatisfying(
            AudioException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUDIO_CORRUPT))
        .hasMessageContaining("from 10.00 s to 700.00 s and back to 10.02 s");
  }

  @Test
  void timesThatRunSlowerThanSamplesDropNoneAndHideNoPauseForLong() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      assertThat(frame(i * FRAME_S * 0.98)).isZero();
    }

    assertThat(timeline.lengthS()).isCloseTo(100, within(1e-9));
    assertThat(frame(5_000 * FRAME_S * 0.98 + 3)).isBetween(2.4, 3.0);
  }

  @Test
  void timesThatRunFasterThanSamplesKeepTheTimeline() throws Exception {
    for (int i = 0; i < 5_000; i++) {
      frame(i * FRAME_S * 1.01);
    }

    assertThat(timeline.lengthS()).isCloseTo(101, within(FRAME_S));
  }

  @Test
  void aLastPacketThatLastsLongerLeavesAGapAtTheEnd() throws Exception {
    frames(0, 10);
    timeline.packet(0.2, 3);
    frame(0.2);

    assertThat(timeline.gapAtEnd()).isCloseTo(2.98, within(1e-9));
  }

  @Test
  void aLastPacketOfOrdinaryLengthLeavesNone() throws Exception {
    frames(0, 10);
    timeline.packet(0.2, FRAME_S);
    timeline.add(FRAME_S / 2);

    assertThat(timeline.gapAtEnd()).isZero();
  }
}
