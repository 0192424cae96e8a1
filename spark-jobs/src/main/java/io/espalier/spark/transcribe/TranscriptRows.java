package io.espalier.spark.transcribe;

import static io.espalier.spark.transcribe.TranscriptSchema.FAILED;
import static io.espalier.spark.transcribe.TranscriptSchema.OK;

import io.espalier.audio.AudioWarning;
import io.espalier.outcome.ErrorCode;
import io.espalier.search.Outcome;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Builds rows of the {@link TranscriptSchema}.
 *
 * @param device where the task computes
 * @param precision what it computes in
 */
record TranscriptRows(String runId, String fingerprint, String device, String precision)
    implements Serializable {
  private static final double MS_PER_S = 1000;

  /** The row of an utterance that was transcribed. */
  Row transcribed(DecodedRow.UnderWay audio, Outcome.Transcribed outcome) {
    Outcome.Timing timing = outcome.timing();
    double computeMs = timing.encoderMs() + timing.decoderMs();
    List<Object> values = start(audio.row(), OK, null, null, null);
    values.addAll(
        Arrays.asList(
            outcome.language(),
            outcome.task(),
            outcome.text(),
            segments(outcome),
            outcome.tokens(),
            outcome.score(),
            outcome.meanLogprob(),
            outcome.noSpeechProbability(),
            outcome.compressionRatio(),
            audio.durationS(),
            audio.row().speakerCluster(),
            gates(outcome.gates()),
            gflops(outcome.gflops()),
            RowFactory.create(
                audio.decodeMs(), timing.encoderMs(), timing.decoderMs(), timing.batchSize()),
            computeMs > 0 ? audio.durationS() * MS_PER_S / computeMs : null));
    return finish(values, audio.row(), audio.warnings());
  }

  /** The row of an utterance that the model gave up. */
  Row failed(DecodedRow.UnderWay audio, Outcome.Failed outcome) {
    return failed(
        audio.row(),
        outcome.code(),
        outcome.stage(),
        outcome.message(),
        audio.durationS(),
        audio.warnings(),
        audio.decodeMs());
  }

  /** The row of an utterance without usable audio. */
  Row failed(DecodedRow.Refused audio) {
    return failed(
        audio.row(), audio.code(), audio.stage(), audio.message(), null, null, audio.decodeMs());
  }

  private Row failed(
      ManifestRow row,
      ErrorCode code,
      String stage,
      String message,
      Double durationS,
      List<AudioWarning> warnings,
      double decodeMs) {
    List<Object> values = start(row, FAILED, code.name(), message, stage);
    values.addAll(
        Arrays.asList(
            row.language(),
            row.task(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            durationS,
            null,
            null,
            null,
            RowFactory.create(decodeMs, null, null, null),
            null));
    return finish(values, row, warnings);
  }

  private List<Object> start(
      ManifestRow row, String status, String code, String message, String stage) {
    return new ArrayList<>(Arrays.asList(row.id(), runId, status, code, message, stage));
  }

  private Row finish(List<Object> values, ManifestRow row, List<AudioWarning> warnings) {
    values.addAll(Arrays.asList(device, precision, fingerprint, row.attempt(), row.reference()));
    values.add(warnings == null ? null : DecodedRow.Ready.names(warnings));
    values.addAll(row.kept());
    return RowFactory.create(values.toArray());
  }

  private static Row[] segments(Outcome.Transcribed outcome) {
    return outcome.segments().stream()
        .map(segment -> RowFactory.create(segment.startS(), segment.endS(), segment.text()))
        .toArray(Row[]::new);
  }

  private static Row gates(Outcome.Gates gates) {
    return RowFactory.create(
        gates.first().encoder().text(),
        gates.first().decoder().text(),
        gates.openEncoder(),
        gates.openDecoder());
  }

  private static Row gflops(Outcome.Gflops gflops) {
    return RowFactory.create(
        gflops.subsampling(),
        gflops.encoder(),
        gflops.decoder(),
        gflops.ctc(),
        gflops.gates(),
        gflops.context(),
        gflops.total(),
        gflops.dense());
  }
}
