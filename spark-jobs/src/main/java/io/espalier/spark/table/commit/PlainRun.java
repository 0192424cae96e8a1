package io.espalier.spark.table.commit;

import io.espalier.spark.storage.Storage;
import io.espalier.spark.table.RowKey;
import io.espalier.spark.table.TableRef;
import io.espalier.spark.table.TableRef.InFiles;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A table without commits that could be checked: files at a path, or a table of a catalog that is
 * not Iceberg's. A write that fails is never repeated here, since nobody can tell what of it is
 * there; the job ends, and the next one reads the table. Drivers of one run of a directory are kept
 * apart by {@link FileClaims}; those of another catalog's table are not.
 */
final class PlainRun implements RunTable {
  private final SparkSession spark;
  private final TableRef table;
  private final Optional<FileClaims> claims;

  PlainRun(SparkSession spark, TableRef table, String run) {
    this.spark = spark;
    this.table = table;
    this.claims =
        table instanceof InFiles files ? Optional.of(claims(spark, files, run)) : Optional.empty();
  }

  private static FileClaims claims(SparkSession spark, InFiles files, String run) {
    Path path = Storage.path(files.path());
    try {
      return new FileClaims(
          Tables.fileSystem(spark, path), path, run, DriverProcessId.own(), FileClaims.DEAD);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  @Override
  public Optional<Dataset<Row>> claim() {
    claims.ifPresent(FileClaims::claim);
    return Tables.exists(spark, table) ? Optional.of(Tables.read(spark, table)) : Optional.empty();
  }

  @Override
  public void add(Dataset<Row> rows, boolean replaces) {
    Runnable write =
        () -> {
          if (replaces) {
            Tables.upsert(table, rows, RowKey.COLUMNS);
          } else {
            Tables.append(table, rows);
          }
        };
    claims.ifPresentOrElse(own -> own.write(write), write);
  }

  @Override
  public void requireReplaceable(Dataset<Row> none) {
    if (table instanceof TableRef.InCatalog) {
      Tables.upsert(table, none, RowKey.COLUMNS);
    }
  }
}
