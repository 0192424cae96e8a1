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
 * A column of what a manifest is read from.
 *
 * @param column which it is, whatever its name
 */
record SourceColumn(StructField field, Column column) {
  DataType type() {
    return field.dataType();
  }

  /** As it goes on with its row. No table can store a column without a type. */
  Column kept() {
    return (type() instanceof NullType ? column.cast(DataTypes.StringType) : column)
        .as(field.name());
  }

  /** What to say where the type is not the one that the manifest's column needs. */
  String mistake(String name, String source, String wanted) {
    return "Cannot read manifest: column %s of %s is %s, must be %s%s"
        .formatted(
            name,
            source,
            type().catalogString(),
            wanted,
            name.equals("audio") ? AudioType.hint(type()) : "");
  }

  /** Looks at the values where the types do not say enough. */
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
                    "Cannot read manifest: audio.%s of %s is text, but bytes cannot be told from text. Give paths, or Parquet"
                        .formatted(bytes.name(), name)));
  }
}
