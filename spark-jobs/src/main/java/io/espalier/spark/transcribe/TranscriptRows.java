package io.espalier.spark.transcribe;

import io.espalier.search.Outcome;
import io.espalier.spark.table.RowBuilder;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.task.RowStamp;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Builds rows of the {@link TranscriptSchema}.
 *
 * @param keep columns of the manifest to copy
 * @param precision number format of the computation
 */
record TranscriptRows(RowStamp stamp, List<String> keep, String precision) {
  private static final double MS_PER_S = 1000;

  /** The row of an utterance that was transcribed. */
  Row transcribed(DecodedRow.UnderWay audio, Outcome.Transcribed outcome) {
    Outcome.Timing timing = outcome.timing();
    double computeMs = timing.encoderMs() + timing.decoderMs();
    RowBuilder row =
        stamp
            .ok(audio.row(), audio.warnings())
            .set("language", outcome.language())
            .set("task", outcome.task())
            .set("hypothesis", outcome.text())
            .set("segments", segments(outcome))
            .set("quality", quality(outcome))
            .set("words", words(outcome))
            .set("tokens", outcome.tokens())
            .set("score", outcome.score())
            .set("mean_logprob", outcome.meanLogprob())
            .set("no_speech_probability", outcome.noSpeechProbability())
            .set("compression_ratio", outcome.compressionRatio())
            .set("duration_s", audio.durationS())
            .set("speaker_cluster", audio.row().speakerCluster())
            .set("gflops", gflops -> set(gflops, outcome.gflops()))
            .set(
                "timing",
                parts ->
                    parts
                        .set("decode_ms", audio.decodeMs())
                        .set("encoder_ms", timing.encoderMs())
                        .set("decoder_ms", timing.decoderMs())
                        .set("batch_size", timing.batchSize()))
            .set("rtfx", computeMs > 0 ? audio.durationS() * MS_PER_S / computeMs : null);
    if (outcome.gates() != null) {
      row.set("gates", gates -> set(gates, outcome.gates()));
    }
    return finish(row, audio.row());
  }

  /** The row of an utterance that the model could not transcribe. */
  Row failed(DecodedRow.UnderWay audio, Outcome.Failed outcome) {
    RowBuilder row =
        stamp
            .failed(
                audio.row(), outcome.code(), outcome.stage(), outcome.message(), audio.warnings())
            .set("task", audio.row().task())
            .set("duration_s", audio.durationS())
            .set("timing", timing -> timing.set("decode_ms", audio.decodeMs()));
    return finish(row, audio.row());
  }

  /** The row of an utterance without usable audio. */
  Row failed(DecodedRow.Refused audio) {
    RowBuilder row =
        stamp
            .failed(audio)
            .set("task", audio.row().task())
            .set("timing", timing -> timing.set("decode_ms", audio.decodeMs()));
    return finish(row, audio.row());
  }

  private Row finish(RowBuilder values, ManifestRow row) {
    values.set("precision", precision).set("reference", row.reference());
    for (int i = 0; i < keep.size(); i++) {
      values.set(keep.get(i), row.kept().get(i));
    }
    return values.build();
  }

  private static Row[] segments(Outcome.Transcribed outcome) {
    return outcome.segments().stream()
        .map(segment -> RowFactory.create(segment.startS(), segment.endS(), segment.text()))
        .toArray(Row[]::new);
  }

  private static Row[] quality(Outcome.Transcribed outcome) {
    return outcome.quality().stream()
        .map(
            q ->
                RowFactory.create(
                    known(q.noSpeechProbability()),
                    q.compressionRatio(),
                    known(q.meanLogprob()),
                    q.repeats()))
        .toArray(Row[]::new);
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : (Double) value;
  }

  /** Null rather than empty where words were not asked for, or nothing was said. */
  private static Row[] words(Outcome.Transcribed outcome) {
    return outcome.words().isEmpty()
        ? null
        : outcome.words().stream()
            .map(w -> RowFactory.create(w.word(), w.startS(), w.endS(), w.confidence()))
            .toArray(Row[]::new);
  }

  private static void set(RowBuilder row, Outcome.Gates gates) {
    row.set("encoder", gates.first().encoder().text())
        .set("decoder", gates.first().decoder().text())
        .set("open_encoder", gates.openEncoder())
        .setKnown("open_decoder", gates.openDecoder());
  }

  private static void set(RowBuilder row, Outcome.Gflops gflops) {
    row.set("subsampling", gflops.subsampling())
        .set("encoder", gflops.encoder())
        .set("decoder", gflops.decoder())
        .set("ctc", gflops.ctc())
        .set("gates", gflops.gates())
        .set("context", gflops.context())
        .set("total", gflops.total())
        .set("dense", gflops.dense());
  }
}
