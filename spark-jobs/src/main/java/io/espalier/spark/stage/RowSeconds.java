package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.espalier.spark.table.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;

/**
 * The seconds of audio that a row of the manifest seems to have. They decide in which order rows
 * are computed and how tasks are balanced, and nothing else.
 */
final class RowSeconds {
  /** The column, which is added to the manifest. */
  static final String COLUMN = "__seconds";

  /** Names of columns of the manifest that say it, in its own lists and in NeMo's. */
  private static final List<String> DURATIONS = List.of("duration", "duration_s");

  /** Of 16-bit samples at 16 kHz. Compressed files are longer than that, all alike. */
  private static final double BYTES_PER_S = 32_000;

  /** What a row costs that says nothing of its length, and what every row costs besides. */
  private static final double UNKNOWN_S = 10;

  private RowSeconds() {}

  /** Adds the column, never null: from the segment, else from a duration, else from the size. */
  static Dataset<Row> add(Dataset<Row> manifest) {
    List<Column> known = new ArrayList<>();
    known.add(col("end_s").minus(coalesce(col("start_s"), lit(0.0))));
    Arrays.stream(manifest.schema().fields())
        .filter(field -> DURATIONS.stream().anyMatch(field.name()::equalsIgnoreCase))
        .filter(field -> field.dataType() instanceof NumericType)
        .forEach(field -> known.add(col(Quoted.name(field.name())).cast("double")));
    known.add(length(col("audio.bytes")).divide(BYTES_PER_S));
    Column seconds =
        coalesce(
            known.stream()
                .map(column -> when(isnan(column).unary_$bang(), column))
                .toArray(Column[]::new));
    return manifest.withColumn(
        COLUMN, greatest(lit(0.0), coalesce(seconds, lit(UNKNOWN_S))).cast("double"));
  }
}
