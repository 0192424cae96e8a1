package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.TableRef.InFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads tables that are files. It gives Spark every column with its type, so Spark guesses nothing:
 * it would read {@code speaker_id=007} as 7, and refuse a whole file because of one unreadable
 * column.
 */
final class FileTables {
  private FileTables() {}

  /**
   * Reads files.
   *
   * @param split of a data set; absent if there is but one
   * @throws UsageException if they cannot be read
   */
  static SourceRows read(SparkSession spark, InFiles files, Optional<String> split) {
    TableFiles found = TableFiles.list(spark, files).split(split);
    return switch (found.format()) {
      case PARQUET -> parquet(spark, found);
      case JSON -> json(spark, found);
      case CSV, TSV -> DelimitedTable.read(spark, found);
    };
  }

  private static SourceRows parquet(SparkSession spark, TableFiles files) {
    ParquetColumns columns = ParquetColumns.of(spark, files);
    DataFrameReader reader =
        Storage.reader(spark)
            // Keeps dates before 1582 as they are in the file.
            .option("datetimeRebaseMode", "CORRECTED")
            .option("int96RebaseMode", "CORRECTED");
    if (files.isLoadedAsFolder()) {
      reader = reader.option("pathGlobFilter", "*.parquet");
    }
    return load(reader.format("parquet"), files, columns.fields(), columns.leftOut());
  }

  private static SourceRows json(SparkSession spark, TableFiles files) {
    SourceRows.Columns columns = SourceRows.Columns.of(JsonLines.schema(spark, files));
    // A line that is not JSON must not become a row of nulls.
    DataFrameReader reader = Storage.reader(spark).option("mode", "FAILFAST").format("json");
    return load(reader, files, columns.kept(), columns.leftOut());
  }

  private static SourceRows load(
      DataFrameReader reader,
      TableFiles files,
      List<StructField> fields,
      Map<String, String> leftOut) {
    List<String> folders = files.partitions();
    List<StructField> all = new ArrayList<>(fields);
    all.removeIf(field -> folders.stream().anyMatch(field.name()::equalsIgnoreCase));
    Map<String, String> others = new HashMap<>(leftOut);
    folders.forEach(
        name -> {
          all.add(DataTypes.createStructField(name, DataTypes.StringType, true));
          others.keySet().removeIf(name::equalsIgnoreCase);
        });
    if (all.isEmpty()) {
      throw new UsageException(
          "Cannot read %s: none of its columns is readable: %s".formatted(files.root(), others));
    }
    String[] paths = files.load();
    DataFrameReader told = reader.schema(new StructType(all.toArray(StructField[]::new)));
    if (!folders.isEmpty()) {
      told = told.option("basePath", files.root().toString());
    }
    return new SourceRows(told.load(paths), others);
  }
}
