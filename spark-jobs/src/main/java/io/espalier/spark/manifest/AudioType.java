package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The types that the audio column of a manifest can have: a path, bytes, or a struct of both. */
final class AudioType {
  static final String WANTED = "a string (URI), binary, or struct<bytes: binary, path: string>";

  private static final String EMBEDDED =
      ". Store the recordings as files: in Hugging Face datasets, cast the column to"
          + " Audio(decode=False) before to_parquet";

  private AudioType() {}

  /** A field of a struct, in any letter case. */
  static Optional<StructField> field(DataType type, String name) {
    return type instanceof StructType struct
        ? Arrays.stream(struct.fields())
            .filter(field -> field.name().equalsIgnoreCase(name))
            .findFirst()
        : Optional.empty();
  }

  /** A field of a struct under our name and type; null if there is none. */
  static Column column(Column audio, DataType given, String name, DataType type) {
    return field(given, name)
        .map(field -> audio.getField(field.name()))
        .orElse(lit(null))
        .cast(type);
  }

  static boolean accepts(DataType type) {
    if (type instanceof StringType || type instanceof BinaryType || type instanceof NullType) {
      return true;
    }
    Optional<StructField> bytes = field(type, "bytes");
    Optional<StructField> path = field(type, "path");
    boolean decoded = bytes.isEmpty() && field(type, "array").isPresent();
    return !decoded
        && (bytes.isPresent() || path.isPresent())
        && bytes.map(StructField::dataType).map(AudioType::mayBeBytes).orElse(true)
        && path.map(StructField::dataType).map(AudioType::mayBePath).orElse(true);
  }

  /** JSON without bytes says null, for which Spark takes text. */
  private static boolean mayBeBytes(DataType type) {
    return type instanceof BinaryType || type instanceof StringType || type instanceof NullType;
  }

  private static boolean mayBePath(DataType type) {
    return type instanceof StringType || type instanceof NullType;
  }

  /** How to correct another type; empty if nothing better is known. */
  static String hint(DataType type) {
    if (type instanceof ArrayType array) {
      return mayBePath(array.elementType()) || array.elementType() instanceof StructType
          ? ". It is a list: write one row per recording"
          : ". It holds decoded samples" + EMBEDDED;
    }
    return field(type, "array").isPresent() ? ". It holds decoded samples" + EMBEDDED : "";
  }
}
