package io.espalier.audio.worker;

import io.espalier.audio.AudioException;
import io.espalier.audio.Seconds;
import io.espalier.audio.container.AudioContainer;
import io.espalier.outcome.ErrorCode;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Checks that a file gave as much sound as it declares. Decoders treat a truncated or damaged file
 * as a short one, so the result is compared with the declared length.
 */
final class Completeness {
  /**
   * Codecs with padding and containers with rounded times may differ this much from what they
   * declare.
   */
  static final double TOLERANCE_S = 0.5;

  /** If less than this is missing, the damaged end was not part of the recording. */
  private static final double PADDING_S = 0.05;

  /** Share of packets of a lossy stream that may be unreadable before the file counts as broken. */
  private static final double MAX_BAD_PACKETS = 0.02;

  private final AudioContainer container;
  private long frames;
  private long packets;
  private long badPackets;
  private long badAtEnd;
  private boolean lastIsCut;

  Completeness(AudioContainer container) {
    this.container = container;
  }

  /** Counts a packet for the decoder. */
  void packet(boolean cut) {
    packets++;
    lastIsCut = cut;
  }

  /** Counts a packet that the decoder refused. */
  void bad() {
    badPackets++;
    badAtEnd++;
  }

  /** Counts a frame from the decoder. */
  void good() {
    frames++;
    badAtEnd = 0;
  }

  /**
   * Checks everything at the recording's end.
   *
   * @param declaredS the length that the file declares
   * @throws AudioException {@link ErrorCode#AUDIO_CORRUPT}, {@link ErrorCode#AUDIO_TRUNCATED}
   */
  void check(Timeline timeline, int sampleRate, OptionalDouble declaredS) throws AudioException {
    if (frames == 0) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          String.format(
              Locale.ROOT,
              "Cannot read audio: none of its %d packets can be decoded. Check that the file plays",
              packets));
    }
    double lengthS = timeline.lengthS();
    // Files measure their length from zero or from their first time stamp.
    double missingS = declaredS.orElse(0) - lengthS - Math.max(0, timeline.startS());
    double halfSampleS = 0.5 / sampleRate;
    boolean whole = declaredS.isPresent() && missingS <= (isExact() ? halfSampleS : PADDING_S);
    checkPackets(lengthS, whole);
    if (lastIsCut) {
      throw truncated(
          String.format(
              Locale.ROOT, "its last packet, after %s s, is cut off", Seconds.text(lengthS)));
    }
    if (missingS > (isExact() ? halfSampleS : TOLERANCE_S)) {
      double declared = declaredS.orElse(0);
      throw truncated(
          String.format(
              Locale.ROOT,
              "it ends after %s s but declares %s s",
              Seconds.text(lengthS, declared),
              Seconds.text(declared, lengthS)));
    }
  }

  private void checkPackets(double lengthS, boolean whole) throws AudioException {
    boolean damaged = isExact() ? badPackets > 0 : badPackets > 2 + packets * MAX_BAD_PACKETS;
    if (damaged && badAtEnd < badPackets) {
      throw new AudioException(
          ErrorCode.AUDIO_CORRUPT,
          String.format(
              Locale.ROOT,
              "Cannot read audio: %d of %d packets are damaged. Copy the file again",
              badPackets,
              packets));
    }
    if (damaged && !whole) {
      throw truncated(
          String.format(
              Locale.ROOT,
              "the last %d of %d packets are damaged, after %s s",
              badAtEnd,
              packets,
              Seconds.text(lengthS)));
    }
  }

  private boolean isExact() {
    return switch (container) {
      case FLAC, AIFF, AU, WAVPACK -> true;
      case WAV, W64, OGG, MP3, AAC, MP4, MATROSKA, CAF, AMR, ASF -> false;
    };
  }

  private static AudioException truncated(String what) {
    return new AudioException(
        ErrorCode.AUDIO_TRUNCATED,
        String.format(Locale.ROOT, "Cannot read audio: %s. Copy the file again", what));
  }
}
