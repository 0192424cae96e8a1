package io.espalier.spark.manifest;

import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * A column of the source of a manifest.
 *
 * @param column the column, by position
 */
record SourceColumn(StructField field, Column column) {
  DataType type() {
    return field.dataType();
  }

  /** The column as the manifest keeps it. Tables cannot store a column without a type. */
  Column kept() {
    return (type() instanceof NullType ? column.cast(DataTypes.StringType) : column)
        .as(field.name());
  }

  /** The message for a type that the manifest's column cannot have. */
  String mistake(String name, String source, String wanted) {
    return "Cannot read manifest: column %s of %s is %s, must be %s%s"
        .formatted(
            name,
            source,
            type().catalogString(),
            wanted,
            name.equals("audio") ? AudioType.hint(type()) : "");
  }

  /** Checks the values if the types are not enough. */
  static void requireValues(
      Dataset<Row> numbered,
      Map<String, SourceColumn> present,
      Map<String, DataType> wanted,
      String name) {
    wanted.forEach(
        (column, type) -> {
          SourceColumn place = present.get(column);
          boolean text = place != null && place.type() instanceof StringType;
          if (text && type.equals(DataTypes.DoubleType)) {
            TextValues.requireNumbers(numbered, place.column(), column, name);
          }
        });
    SourceColumn audio = present.get("audio");
    AudioType.field(audio.type(), "bytes")
        .filter(bytes -> bytes.dataType() instanceof StringType)
        .ifPresent(
            bytes ->
                TextValues.requireNothing(
                    numbered,
                    audio.column().getField(bytes.name()),
                    ("Cannot read manifest: audio.%s of %s is text, but must be binary."
                            + " Give paths, or use Parquet")
                        .formatted(bytes.name(), name)));
  }
}
