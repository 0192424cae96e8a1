package io.espalier.spark.task;

import io.espalier.audio.AudioWarning;
import io.espalier.audio.Waveform;
import io.espalier.outcome.ErrorCode;
import java.util.List;

/** The result of decoding a row's audio. */
public sealed interface DecodedRow {
  /** The row, without its bytes. */
  ManifestRow row();

  /** Time of reading and decoding, in milliseconds. */
  double decodeMs();

  /**
   * Samples are there.
   *
   * @param samples mono, 16 kHz
   * @param sampleRate of the file, in Hz
   * @param warnings what is odd about the samples
   */
  @SuppressWarnings("ArrayRecordComponent") // Samples are handed on, never compared.
  record Ready(
      ManifestRow row,
      float[] samples,
      int sampleRate,
      List<AudioWarning> warnings,
      double decodeMs)
      implements DecodedRow {
    /** Decoded or kept samples. */
    static Ready of(ManifestRow row, Waveform waveform, double decodeMs) {
      return new Ready(
          row.withoutAudio(),
          waveform.samples(),
          waveform.sourceSampleRate(),
          waveform.warnings(),
          decodeMs);
    }

    /** The row without its samples, to keep while the transcriber has them. */
    public UnderWay underWay() {
      return new UnderWay(row, (double) samples.length / Waveform.SAMPLE_RATE, warnings, decodeMs);
    }
  }

  /**
   * A row whose samples the transcriber has.
   *
   * @param durationS length of the samples in seconds
   */
  record UnderWay(
      ManifestRow row, double durationS, List<AudioWarning> warnings, double decodeMs) {}

  /**
   * The row fails.
   *
   * @param stage {@code read} or {@code decode}; {@code compute} if its process died
   */
  record Refused(ManifestRow row, ErrorCode code, String stage, String message, double decodeMs)
      implements DecodedRow {}
}
