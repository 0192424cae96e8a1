package io.espalier.spark.score;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/**
 * Groups by columns and adds totals over the last column, the last two, and so on.
 *
 * @param by columns, coarsest first
 */
record Grouping(List<String> by) {
  /** Name of the grouping of the grand totals. */
  static final String ALL = "all";

  private static final Map<String, String> WITH_NULLS = Map.of("ignoreNullFields", "false");

  /**
   * A grouping that these rows can have.
   *
   * @param taken names of columns of the result
   * @throws UsageException if a column is missing, is not a plain value or has a name that the
   *     result uses
   */
  static Grouping of(List<String> by, StructType rows, Set<String> taken) {
    List<String> mistakes = new ArrayList<>();
    for (String name : by) {
      if (!Arrays.asList(rows.fieldNames()).contains(name)) {
        mistakes.add(
            "Cannot group by %s: the transcripts have %s"
                .formatted(name, String.join(", ", rows.fieldNames())));
      } else if (!isPlain(rows.apply(name).dataType())) {
        mistakes.add(
            "Cannot group by %s: it is %s, must be a plain value"
                .formatted(name, rows.apply(name).dataType().catalogString()));
      } else if (taken.contains(name)) {
        mistakes.add(
            "Cannot group by %s: the result already has a column of that name".formatted(name));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    return new Grouping(by);
  }

  /** The name of a grouping by these columns, the same in whatever order they were given. */
  static String name(List<String> columns) {
    return columns.isEmpty() ? ALL : String.join(",", columns.stream().sorted().toList());
  }

  /**
   * Each row once for each of its groups, with {@code grouping} and {@code group_key}, which names
   * one group of all.
   *
   * @param within columns that part every grouping, such as the run
   */
  Dataset<Row> expand(Dataset<Row> rows, List<String> within) {
    Column[] sets =
        prefixes()
            .map(
                prefix -> {
                  Column[] key =
                      Stream.concat(within.stream(), prefix.stream())
                          .map(Quoted::column)
                          .toArray(Column[]::new);
                  Column values = key.length == 0 ? lit("") : to_json(struct(key), WITH_NULLS);
                  return struct(
                      lit(name(prefix)).as("grouping"),
                      concat(lit(name(prefix)), values).as("group_key"));
                })
            .toArray(Column[]::new);
    return rows.withColumn("group_set", explode(array(sets)))
        .withColumn("grouping", col("group_set.grouping"))
        .withColumn("group_key", col("group_set.group_key"))
        .drop("group_set");
  }

  /** For an aggregation by {@code group_key}: the group's value of each column, null in totals. */
  List<Column> values() {
    return by.stream()
        .map(
            name ->
                first(when(col("grouping").isin(namesWith(name)), Quoted.column(name))).as(name))
        .toList();
  }

  /** Whether a group of this name is a total over a column. */
  boolean isTotal(String grouping, String column) {
    return !Arrays.asList(namesWith(column)).contains(grouping);
  }

  private Object[] namesWith(String column) {
    return prefixes().filter(prefix -> prefix.contains(column)).map(Grouping::name).toArray();
  }

  private Stream<List<String>> prefixes() {
    return IntStream.rangeClosed(0, by.size()).mapToObj(size -> by.subList(0, size));
  }

  private static boolean isPlain(DataType type) {
    return !(type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof BinaryType);
  }
}
