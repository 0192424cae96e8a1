package io.espalier.tools.benchmark;

import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.stage.Stage;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.RowMaker;
import io.espalier.spark.transcribe.TranscriptSchema;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The transcribe stage with a double in place of the model, so that nothing but the job itself
 * costs time.
 *
 * @param name also of its fingerprint
 * @param maker makes rows of transcripts, given their schema and the run's id
 */
public record DoubleStage(String name, BiFunction<StructType, String, RowMaker> maker)
    implements Stage {
  @Override
  public String done() {
    return "made";
  }

  @Override
  public TableKind kind() {
    return TableKind.TRANSCRIPTS;
  }

  @Override
  public String fingerprint() {
    return name;
  }

  @Override
  public String task() {
    return "asr";
  }

  @Override
  public List<String> keep() {
    return List.of();
  }

  @Override
  public Dataset<Row> join(CheckedManifest manifest) {
    return manifest.rows();
  }

  @Override
  public StructType schema(StructType manifest) {
    return TranscriptSchema.with(keep(), manifest);
  }

  @Override
  public RowMaker rows(StructType schema, String runId, Dataset<Row> pending) {
    return maker.apply(schema, runId);
  }
}
