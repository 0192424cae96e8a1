package io.espalier.spark.task;

import io.espalier.audio.AudioWarning;
import io.espalier.outcome.ErrorCode;
import io.espalier.spark.table.RowBuilder;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * Starts the rows of a stage's table with the columns that all stages share.
 *
 * @param schema of the table
 * @param runId of the run
 * @param fingerprint of the run
 * @param device device of the task
 */
public record RowStamp(StructType schema, String runId, String fingerprint, String device)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A row that is ok. */
  public RowBuilder ok(ManifestRow row, List<AudioWarning> warnings) {
    return stamped(row).set("status", RowStatus.OK).set("warnings", names(warnings));
  }

  /** A row that failed after its audio was decoded. */
  public RowBuilder failed(
      ManifestRow row, ErrorCode code, String stage, String message, List<AudioWarning> warnings) {
    return failed(row, code, stage, message).set("warnings", names(warnings));
  }

  /** A row without usable audio. */
  public RowBuilder failed(DecodedRow.Refused refused) {
    return failed(refused.row(), refused.code(), refused.stage(), refused.message());
  }

  private RowBuilder failed(ManifestRow row, ErrorCode code, String stage, String message) {
    return stamped(row)
        .set("status", RowStatus.FAILED)
        .set("error_code", code.name())
        .set("error_message", message)
        .set("stage", stage)
        .set("language", row.language());
  }

  private RowBuilder stamped(ManifestRow row) {
    return RowBuilder.of(schema)
        .set("utt_id", row.id())
        .set("run_id", runId)
        .set("fingerprint", fingerprint)
        .set("device", device)
        .set("attempt", row.attempt());
  }

  private static String[] names(List<AudioWarning> warnings) {
    return warnings.stream().map(Enum::name).toArray(String[]::new);
  }
}
