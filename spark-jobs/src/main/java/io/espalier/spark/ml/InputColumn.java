package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.table.ColumnTypes;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A column that a stage reads, and the column of a manifest that is made from it. */
enum InputColumn {
  ID("idCol", "utt_id", Kind.TEXT),
  AUDIO("inputCol", "audio", Kind.AUDIO),
  START("startCol", "start_s", Kind.NUMBER),
  END("endCol", "end_s", Kind.NUMBER),
  LANGUAGE("languageCol", "language", Kind.LANGUAGE),
  TASK("taskCol", "task", Kind.TEXT),
  PROMPT("promptCol", "text_prev", Kind.TEXT),
  TARGET_SPARSITY("targetSparsityCol", "target_sparsity", Kind.NUMBER),
  CONTEXT("contextCol", "__context", Kind.CONTEXT);

  private final String param;
  private final String manifest;
  private final Kind kind;

  InputColumn(String param, String manifest, Kind kind) {
    this.param = param;
    this.manifest = manifest;
    this.kind = kind;
  }

  /** The parameter that names the column. */
  String param() {
    return param;
  }

  /** Its name in a manifest. */
  String manifest() {
    return manifest;
  }

  /** Whether a column of this type can be read. */
  boolean accepts(DataType type) {
    return switch (kind) {
      case TEXT -> ColumnTypes.isText(type);
      case LANGUAGE -> type instanceof StringType;
      case NUMBER -> type instanceof NumericType;
      case AUDIO -> type instanceof StringType || type instanceof BinaryType || isAudio(type);
      case CONTEXT -> isVector(type, "speaker") || isVector(type, "event");
    };
  }

  /** The types that can be read, for messages. */
  String wanted() {
    return switch (kind) {
      case TEXT -> "a string or a whole number";
      case LANGUAGE -> "a string";
      case NUMBER -> "a number";
      case AUDIO -> "a string (URI), binary, or struct<bytes: binary, path: string>";
      case CONTEXT -> "the output column of a SpeakerEmbedder";
    };
  }

  /** What a manifest has if there is no such column. */
  Column absent() {
    return lit(null).cast(kind == Kind.NUMBER ? DataTypes.DoubleType : DataTypes.StringType);
  }

  /** The value as a manifest has it. */
  Column convert(Column column, DataType type) {
    return switch (kind) {
      case TEXT -> column.cast(DataTypes.StringType);
      case LANGUAGE -> language(column);
      case NUMBER -> column.cast(DataTypes.DoubleType);
      case AUDIO -> audio(column, type);
      case CONTEXT -> column;
    };
  }

  /** The code of a language, whatever it is called. */
  static Column language(Column column) {
    UDF1<String, String> normalize = LanguageCodes::normalize;
    return udf(normalize, DataTypes.StringType).apply(column);
  }

  /** A field of a struct; null if there is none. */
  static Column field(Column column, DataType type, String name, DataType wanted) {
    return field(type, name)
        .map(field -> column.getField(field.name()))
        .orElseGet(() -> lit(null))
        .cast(wanted);
  }

  static Optional<StructField> field(DataType type, String name) {
    return type instanceof StructType struct
        ? Arrays.stream(struct.fields())
            .filter(field -> field.name().equalsIgnoreCase(name))
            .findFirst()
        : Optional.empty();
  }

  private static Column audio(Column column, DataType type) {
    Column none = lit(null);
    Column bytes =
        type instanceof BinaryType ? column : field(column, type, "bytes", DataTypes.BinaryType);
    Column path =
        type instanceof StringType ? column : field(column, type, "path", DataTypes.StringType);
    return struct(
        (type instanceof StringType ? none : bytes).cast(DataTypes.BinaryType).as("bytes"),
        (type instanceof BinaryType ? none : path).cast(DataTypes.StringType).as("path"));
  }

  private static boolean isAudio(DataType type) {
    Optional<StructField> bytes = field(type, "bytes");
    Optional<StructField> path = field(type, "path");
    return (bytes.isPresent() || path.isPresent())
        && bytes.map(field -> field.dataType() instanceof BinaryType).orElse(true)
        && path.map(field -> field.dataType() instanceof StringType).orElse(true);
  }

  private static boolean isVector(DataType type, String name) {
    return field(type, name)
        .map(StructField::dataType)
        .filter(
            vector -> vector instanceof ArrayType array && array.elementType() instanceof FloatType)
        .isPresent();
  }

  private enum Kind {
    TEXT,
    LANGUAGE,
    NUMBER,
    AUDIO,
    CONTEXT
  }
}
