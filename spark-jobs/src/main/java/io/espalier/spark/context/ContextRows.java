package io.espalier.spark.context;

import io.espalier.audio.Waveform;
import io.espalier.context.ContextOutcome;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Makes rows of the contexts table.
 *
 * @param device where they are computed
 */
record ContextRows(String runId, String fingerprint, String device) implements Serializable {
  /** The only column of the manifest that passes through. */
  static final String SPEAKER_ID = "speaker_id";

  /** The row of a decoded utterance. */
  Row of(DecodedRow.Ready audio, ContextOutcome outcome) {
    if (outcome instanceof ContextOutcome.Failed failed) {
      return failed(audio, failed);
    }
    ContextOutcome.Extracted contexts = (ContextOutcome.Extracted) outcome;
    ContextOutcome.Gflops gflops = contexts.gflops();
    return RowFactory.create(
        audio.row().id(),
        runId,
        TranscriptSchema.OK,
        null,
        null,
        null,
        durationS(audio),
        audio.sampleRate(),
        audio.row().kept().get(0),
        contexts.speaker(),
        null,
        null,
        contexts.event(),
        contexts.language(),
        known(contexts.languageProbability()),
        RowFactory.create(
            known(gflops.speaker()),
            known(gflops.event()),
            known(gflops.language()),
            gflops.total()),
        fingerprint,
        audio.decodeMs(),
        contexts.computeMs(),
        device,
        audio.row().attempt(),
        DecodedRow.Ready.names(audio.warnings()));
  }

  /** The row of an utterance without usable audio. */
  Row of(DecodedRow.Refused audio) {
    return failed(
        audio.row(),
        audio.code().name(),
        audio.message(),
        audio.stage(),
        new Object[] {null, null, audio.decodeMs(), null});
  }

  private Row failed(DecodedRow.Ready audio, ContextOutcome.Failed failed) {
    return failed(
        audio.row(),
        failed.code().name(),
        failed.message(),
        failed.stage(),
        new Object[] {
          durationS(audio),
          audio.sampleRate(),
          audio.decodeMs(),
          DecodedRow.Ready.names(audio.warnings())
        });
  }

  private Row failed(ManifestRow row, String code, String message, String stage, Object[] audio) {
    return RowFactory.create(
        row.id(),
        runId,
        TranscriptSchema.FAILED,
        code,
        message,
        stage,
        audio[0],
        audio[1],
        row.kept().get(0),
        null,
        null,
        null,
        null,
        row.language(),
        null,
        null,
        fingerprint,
        audio[2],
        null,
        device,
        row.attempt(),
        audio[3]);
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  static double durationS(DecodedRow.Ready audio) {
    return (double) audio.samples().length / Waveform.SAMPLE_RATE;
  }
}
