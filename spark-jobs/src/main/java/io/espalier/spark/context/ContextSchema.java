package io.espalier.spark.context;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of the contexts table. */
public final class ContextSchema {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType NUMBER = DataTypes.DoubleType;
  private static final DataType VECTOR = DataTypes.createArrayType(DataTypes.FloatType, false);

  private static final StructType GFLOPS =
      new StructType()
          .add(column("speaker", NUMBER, "speaker encoder, GFLOPs"))
          .add(column("event", NUMBER, "event encoder, GFLOPs"))
          .add(column("language", NUMBER, "language identification, GFLOPs"))
          .add(column("total", NUMBER, "all of them together, GFLOPs"));

  /** In the table's order. */
  public static final StructType COLUMNS =
      new StructType()
          .add(column("utt_id", TEXT, "id of the manifest row, unique within a run"))
          .add(column("run_id", TEXT, "name of the run"))
          .add(column("status", TEXT, "ok or failed"))
          .add(column("error_code", TEXT, "why the row failed, from a closed list"))
          .add(column("error_message", TEXT, "why the row failed, with values and the fix"))
          .add(column("stage", TEXT, "stage of the job in which the row failed"))
          .add(column("duration_s", NUMBER, "length of the decoded audio, seconds"))
          .add(column("sample_rate", DataTypes.IntegerType, "sample rate of the file, Hz"))
          .add(column("speaker_id", TEXT, "speaker of the manifest, if it names one"))
          .add(column("speaker", VECTOR, "the speaker's vector, not length-normalised"))
          .add(column("speaker_cluster", DataTypes.IntegerType, "cluster of the speaker"))
          .add(
              column("cluster_distance", NUMBER, "cosine distance to the cluster's centre, 0 to 2"))
          .add(column("event", VECTOR, "vector of what the recording sounds like"))
          .add(column("language", TEXT, "given or identified, ISO 639-3"))
          .add(
              column(
                  "language_probability", NUMBER, "probability of an identified language, 0 to 1"))
          .add(column("gflops", GFLOPS, "cost; one multiply-add is two FLOPs"))
          .add(column("fingerprint", TEXT, "SHA-256 of encoders, options and code version"))
          .add(column("decode_ms", NUMBER, "reading and decoding the audio, milliseconds"))
          .add(column("compute_ms", NUMBER, "the row's share of its batches' time, milliseconds"))
          .add(column("device", TEXT, "cpu or cuda:N"))
          .add(column("attempt", DataTypes.IntegerType, "1, plus 1 for each earlier failure"))
          .add(
              column(
                  "warnings",
                  DataTypes.createArrayType(TEXT),
                  "codes of problems in usable audio"));

  private ContextSchema() {}

  private static StructField column(String name, DataType type, String comment) {
    return new StructField(name, type, true, Metadata.empty()).withComment(comment);
  }
}
