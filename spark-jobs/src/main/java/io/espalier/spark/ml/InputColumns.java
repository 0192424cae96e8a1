package io.espalier.spark.ml;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.LanguageCodes;
import io.espalier.spark.table.SourceRows;
import io.espalier.spark.task.ContextColumns;
import io.espalier.spark.task.ManifestRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a DataFrame that a stage reads.
 *
 * @param schema of the DataFrame
 * @param positions of the columns that are named
 */
record InputColumns(StructType schema, Map<InputColumn, Integer> positions) {
  /** The column of a manifest that has the row as it came. */
  static final String ROW = "__row";

  private static final DataType VECTOR = new ArrayType(DataTypes.FloatType, false);

  /**
   * Finds columns.
   *
   * @param names of the columns that are named
   * @param outputs names of the columns that the stage adds
   * @throws UsageException listing every column that is not there, is ambiguous, has a wrong type,
   *     or is to be added and is there
   */
  static InputColumns of(
      StructType schema, Map<InputColumn, String> names, Map<String, String> outputs) {
    List<String> mistakes = new ArrayList<>();
    Map<InputColumn, Integer> positions = new EnumMap<>(InputColumn.class);
    names.forEach(
        (input, name) -> {
          List<Integer> found = find(schema, name);
          if (found.size() != 1) {
            mistakes.add(
                "Cannot read column %s, which %s names: the rows have %s of it, and the columns %s"
                    .formatted(
                        name,
                        input.param(),
                        found.isEmpty() ? "none" : "more than one",
                        String.join(", ", schema.fieldNames())));
            return;
          }
          DataType type = schema.fields()[found.get(0)].dataType();
          if (!input.accepts(type)) {
            mistakes.add(
                "Cannot read column %s, which %s names: it is %s, must be %s"
                    .formatted(name, input.param(), type.catalogString(), input.wanted()));
          }
          positions.put(input, found.get(0));
        });
    List<String> added = new ArrayList<>();
    outputs.forEach(
        (param, name) -> {
          if (!find(schema, name).isEmpty() || added.stream().anyMatch(name::equalsIgnoreCase)) {
            mistakes.add(
                "Cannot add column %s, which %s names: there is one already. Give another name"
                    .formatted(name, param));
          }
          added.add(name);
        });
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
    return new InputColumns(schema, positions);
  }

  /**
   * The rows in the shape of a manifest, each with itself as it came. No value is looked at, and
   * nothing is computed yet: the rows may be a stream.
   *
   * @param language of rows that name none; null to identify it
   * @param task of rows that name none
   */
  Dataset<Row> manifest(Dataset<?> rows, String language, String task) {
    // By position: names may have dots or differ in letter case only.
    Dataset<Row> numbered = SourceRows.numbered(rows.toDF());
    List<Column> columns = new ArrayList<>();
    for (InputColumn input : InputColumn.values()) {
      Column value = positions.containsKey(input) ? value(input) : input.absent();
      switch (input) {
        case LANGUAGE -> columns.add(language(value, language).as(input.manifest()));
        case TASK -> columns.add(coalesce(value, lit(task)).as(input.manifest()));
        case CONTEXT -> columns.addAll(contexts());
        default -> columns.add(value.as(input.manifest()));
      }
    }
    columns.add(lit(null).cast(DataTypes.StringType).as("reference"));
    columns.add(lit(1).as(ManifestRow.ATTEMPT));
    Column[] all =
        IntStream.range(0, schema.size()).mapToObj(InputColumns::at).toArray(Column[]::new);
    columns.add(struct(all).as(ROW));
    return numbered.select(columns.toArray(Column[]::new));
  }

  /** The type of {@link #ROW}. */
  StructType row() {
    StructType row = new StructType();
    for (int i = 0; i < schema.size(); i++) {
      row = row.add("c" + i, schema.fields()[i].dataType(), true);
    }
    return row;
  }

  /** The columns as they came, under their names and with their metadata. */
  List<Column> restored(Column row) {
    return IntStream.range(0, schema.size())
        .mapToObj(
            i -> row.getField("c" + i).as(schema.fields()[i].name(), schema.fields()[i].metadata()))
        .toList();
  }

  private Column language(Column own, String given) {
    Column none = lit(null).cast(DataTypes.StringType);
    Column known = coalesce(own, context("language", DataTypes.StringType));
    return when(known.equalTo(LanguageCodes.IDENTIFY), none)
        .otherwise(coalesce(known, given == null ? none : lit(given)));
  }

  /** As tasks expect them; no columns where there is no context at all. */
  private List<Column> contexts() {
    if (!positions.containsKey(InputColumn.CONTEXT)) {
      return List.of();
    }
    return List.of(
        context("speaker", VECTOR).as(ContextColumns.SPEAKER),
        context("event", VECTOR).as(ContextColumns.EVENT),
        context("speaker_cluster", DataTypes.IntegerType).as(ContextColumns.CLUSTER),
        gflops("speaker").as(ContextColumns.SPEAKER_GFLOPS),
        gflops("event").as(ContextColumns.EVENT_GFLOPS));
  }

  private Column context(String field, DataType wanted) {
    return positions.containsKey(InputColumn.CONTEXT)
        ? InputColumn.field(value(InputColumn.CONTEXT), type(InputColumn.CONTEXT), field, wanted)
        : lit(null).cast(wanted);
  }

  private Column gflops(String part) {
    return InputColumn.field(type(InputColumn.CONTEXT), "gflops")
        .map(
            cost ->
                InputColumn.field(
                    value(InputColumn.CONTEXT).getField(cost.name()),
                    cost.dataType(),
                    part,
                    DataTypes.DoubleType))
        .orElseGet(() -> lit(null).cast(DataTypes.DoubleType));
  }

  private Column value(InputColumn input) {
    return input.convert(at(positions.get(input)), type(input));
  }

  private DataType type(InputColumn input) {
    return schema.fields()[positions.get(input)].dataType();
  }

  private static Column at(int position) {
    return col("c" + position);
  }

  /** The columns of a name: the one spelled like it, or else all that differ in letter case. */
  private static List<Integer> find(StructType schema, String name) {
    String[] names = schema.fieldNames();
    List<Integer> same =
        IntStream.range(0, names.length).filter(i -> names[i].equals(name)).boxed().toList();
    return same.isEmpty()
        ? IntStream.range(0, names.length)
            .filter(i -> names[i].equalsIgnoreCase(name))
            .boxed()
            .toList()
        : same;
  }
}
