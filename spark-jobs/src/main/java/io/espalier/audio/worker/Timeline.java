package io.espalier.audio.worker;

import io.espalier.audio.AudioException;
import io.espalier.audio.Seconds;
import io.espalier.outcome.ErrorCode;

/**
 * Positions decoded samples by the time stamps of their frames: missing packets leave gaps, and the
 * first sample is at zero whatever its time stamp. It handles only times, not samples.
 *
 * <p>Samples are never dropped. If time stamps overlap or restart, samples are consecutive.
 */
final class Timeline {
  /** Rounded and jittering times make no gap: below three quarters of a frame, in these bounds. */
  private static final double GAP_IN_FRAMES = 0.75;

  private static final double LEAST_GAP_S = 0.015;
  private static final double LARGEST_JITTER_S = 0.1;

  /** Times that go back by more than this start again; samples may be ahead by this much. */
  private static final double MOST_EARLY_S = 0.5;

  /** How soon times that went back by mistake are right again. */
  private static final double MISTAKE_S = 1;

  private double endS;
  private double originS = Double.NaN;
  private double formerOriginS = Double.NaN;
  private double formerUntilS;
  private double driftS;
  private double longestFrameS;
  private double silenceStartS;
  private double silenceEndS;
  private double packetEndS = Double.NaN;

  /** Length so far, in seconds. */
  double lengthS() {
    return endS;
  }

  /** The file's own time of the first sample; 0 while none is known. */
  double startS() {
    return Double.isNaN(originS) ? 0 : originS;
  }

  /** The next times have a zero of their own. */
  void restart() {
    originS = Double.NaN;
    formerOriginS = Double.NaN;
    packetEndS = Double.NaN;
  }

  /** Notes a packet that is to be decoded next; NaN stands for an unknown time. */
  void packet(double timeS, double durationS) {
    boolean holds = durationS > longestFrameS + allowedS();
    packetEndS = holds ? timeS + durationS : Double.NaN;
  }

  /**
   * Seconds of silence that belong before a frame.
   *
   * @param timeS time of the frame as the file names it; NaN if it names none
   * @param frameS length of the frame
   * @throws AudioException {@link ErrorCode#AUDIO_CORRUPT} if the time is where silence was put
   */
  double gapBefore(double timeS, double frameS) throws AudioException {
    longestFrameS = Math.max(longestFrameS, frameS);
    if (Double.isNaN(timeS)) {
      return 0;
    }
    if (Double.isNaN(originS)) {
      originS = timeS - endS;
      driftS = 0;
      return 0;
    }
    double drift = timeS - originS - endS;
    if (drift - driftS < -MOST_EARLY_S) {
      goBack(timeS);
      return 0;
    }
    if (drift > allowedS() && returns(timeS)) {
      return 0;
    }
    driftS = Math.max(drift, -MOST_EARLY_S);
    originS += drift - driftS;
    return drift > allowedS() ? drift : 0;
  }

  /** Seconds of silence after the last frame: its packet says that it lasts longer. */
  double gapAtEnd() {
    double gap = packetEndS - originS - endS;
    return gap > allowedS() ? gap : 0;
  }

  /** Adds a frame. */
  void add(double frameS) {
    endS += frameS;
  }

  /** Adds silence. */
  void addSilence(double gapS) {
    silenceStartS = endS;
    endS += gapS;
    silenceEndS = endS;
    driftS = 0;
  }

  private void goBack(double timeS) throws AudioException {
    double at = timeS - originS;
    if (at > LARGEST_JITTER_S && at >= silenceStartS && at < silenceEndS - MOST_EARLY_S) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          "Cannot read audio: its time stamps jump from %s s to %s s and back to %s s. Convert it again"
              .formatted(Seconds.text(silenceStartS), Seconds.text(silenceEndS), Seconds.text(at)));
    }
    formerOriginS = originS;
    formerUntilS = endS + MISTAKE_S;
    originS = timeS - endS;
    driftS = 0;
  }

  /** Whether times that went back continue from where they left off. */
  private boolean returns(double timeS) {
    boolean fits = endS <= formerUntilS && Math.abs(timeS - formerOriginS - endS) <= allowedS();
    if (fits) {
      driftS = timeS - formerOriginS - endS;
      originS = formerOriginS;
      formerOriginS = Double.NaN;
    }
    return fits;
  }

  private double allowedS() {
    return Math.max(LEAST_GAP_S, Math.min(LARGEST_JITTER_S, GAP_IN_FRAMES * longestFrameS));
  }
}
