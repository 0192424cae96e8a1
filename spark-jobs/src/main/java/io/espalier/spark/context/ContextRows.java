package io.espalier.spark.context;

import io.espalier.audio.Waveform;
import io.espalier.context.ContextOutcome;
import io.espalier.spark.table.RowBuilder;
import io.espalier.spark.task.DecodedRow;
import io.espalier.spark.task.ManifestRow;
import io.espalier.spark.task.RowStamp;
import org.apache.spark.sql.Row;

/** Makes rows of the {@link ContextSchema}. */
record ContextRows(RowStamp stamp) {
  /** The only column of the manifest that passes through. */
  static final String SPEAKER_ID = "speaker_id";

  /** The row of a decoded utterance. */
  Row of(DecodedRow.Ready audio, ContextOutcome outcome) {
    RowBuilder row =
        outcome instanceof ContextOutcome.Failed failed
            ? stamp.failed(
                audio.row(), failed.code(), failed.stage(), failed.message(), audio.warnings())
            : extracted(audio, (ContextOutcome.Extracted) outcome);
    row.set("duration_s", durationS(audio)).set("sample_rate", audio.sampleRate());
    return finish(row, audio.row(), audio.decodeMs());
  }

  /** The row of an utterance without usable audio. */
  Row of(DecodedRow.Refused audio) {
    return finish(stamp.failed(audio), audio.row(), audio.decodeMs());
  }

  private RowBuilder extracted(DecodedRow.Ready audio, ContextOutcome.Extracted contexts) {
    ContextOutcome.Gflops gflops = contexts.gflops();
    return stamp
        .ok(audio.row(), audio.warnings())
        .set("speaker", contexts.speaker())
        .set("event", contexts.event())
        .set("language", contexts.language())
        .setKnown("language_probability", contexts.languageProbability())
        .set(
            "gflops",
            parts ->
                parts
                    .setKnown("speaker", gflops.speaker())
                    .setKnown("event", gflops.event())
                    .setKnown("language", gflops.language())
                    .set("total", gflops.total()))
        .set("compute_ms", contexts.computeMs());
  }

  private static Row finish(RowBuilder values, ManifestRow row, double decodeMs) {
    return values.set(SPEAKER_ID, row.kept().get(0)).set("decode_ms", decodeMs).build();
  }

  static double durationS(DecodedRow.Ready audio) {
    return (double) audio.samples().length / Waveform.SAMPLE_RATE;
  }
}
