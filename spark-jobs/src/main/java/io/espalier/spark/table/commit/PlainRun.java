package io.espalier.spark.table.commit;

import io.espalier.spark.table.RowKey;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.Tables;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table without commits that could be checked: files at a path, or a table of a catalog that is
 * not Iceberg's. A write that fails is never repeated here, since nobody can tell what of it is
 * there; the job ends, and the next one reads the table.
 */
record PlainRun(SparkSession spark, TableRef table) implements RunTable {
  @Override
  public Optional<Dataset<Row>> claim() {
    return Tables.exists(spark, table) ? Optional.of(Tables.read(spark, table)) : Optional.empty();
  }

  @Override
  public void add(Dataset<Row> rows, boolean replaces) {
    if (replaces) {
      Tables.upsert(table, rows, RowKey.COLUMNS);
    } else {
      Tables.append(table, rows);
    }
  }

  @Override
  public void requireReplaceable(Dataset<Row> none) {
    if (table instanceof TableRef.InCatalog) {
      Tables.upsert(table, none, RowKey.COLUMNS);
    }
  }
}
