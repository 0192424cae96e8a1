package io.espalier.spark.task;

import io.espalier.pruning.UtteranceContext;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * One row of the manifest, as tasks process it.
 *
 * @param bytes the sound file, or null
 * @param path its URI, or null
 * @param language requested language; null to identify it
 * @param task requested task
 * @param textPrev or null
 * @param reference or null
 * @param attempt 1 for the first
 * @param context context for the gates
 * @param speakerCluster or null
 * @param kept values that pass through
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes are handed on, never compared.
public record ManifestRow(
    String id,
    byte[] bytes,
    String path,
    OptionalDouble startS,
    OptionalDouble endS,
    String language,
    String task,
    String textPrev,
    String reference,
    int attempt,
    UtteranceContext context,
    Integer speakerCluster,
    List<Object> kept) {
  /** The column of {@link #attempt}, which the job adds to the manifest. */
  public static final String ATTEMPT = "__attempt";

  /** Reads a row of the normalised manifest. */
  static ManifestRow of(Row row, List<String> keep) {
    Row audio = row.getAs("audio");
    return new ManifestRow(
        row.getAs("utt_id"),
        audio == null ? null : audio.getAs("bytes"),
        audio == null ? null : audio.getAs("path"),
        optional(row.getAs("start_s")),
        optional(row.getAs("end_s")),
        row.getAs("language"),
        row.getAs("task"),
        row.getAs("text_prev"),
        row.getAs("reference"),
        row.getAs(ATTEMPT),
        ContextColumns.context(row),
        ContextColumns.cluster(row),
        values(row, keep));
  }

  /** The same row without its audio, to keep while the utterance is processed. */
  ManifestRow withoutAudio() {
    return new ManifestRow(
        id,
        null,
        path,
        startS,
        endS,
        language,
        task,
        textPrev,
        reference,
        attempt,
        context,
        speakerCluster,
        kept);
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static List<Object> values(Row row, List<String> keep) {
    // Values may be null, which List.of refuses.
    return keep.stream().map(row::<Object>getAs).collect(Collectors.toList());
  }
}
