package io.espalier.spark;

import io.espalier.audio.ErrorCode;
import io.espalier.audio.Waveform;

/** What became of a row's audio. */
sealed interface DecodedRow {
  /** The row, without its bytes. */
  ManifestRow row();

  /** Time of reading and decoding, in milliseconds. */
  double decodeMs();

  /**
   * Samples are there.
   *
   * @param samples mono, 16 kHz
   * @param sampleRate of the file, in Hz
   */
  @SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
  record Ready(ManifestRow row, float[] samples, int sampleRate, double decodeMs)
      implements DecodedRow {
    /** What is to be remembered while the samples are with the transcriber. */
    UnderWay underWay() {
      return new UnderWay(row, (double) samples.length / Waveform.SAMPLE_RATE, decodeMs);
    }
  }

  /**
   * A row whose samples the transcriber has.
   *
   * @param durationS length of the samples in seconds
   */
  record UnderWay(ManifestRow row, double durationS, double decodeMs) {}

  /**
   * The row fails.
   *
   * @param stage {@code read} or {@code decode}
   */
  record Refused(ManifestRow row, ErrorCode code, String stage, String message, double decodeMs)
      implements DecodedRow {}
}
