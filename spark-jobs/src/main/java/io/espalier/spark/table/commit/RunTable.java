package io.espalier.spark.table.commit;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.Snapshots;
import io.espalier.spark.table.TableRef;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The table of a run, as the driver sees it that computes the run. */
public interface RunTable {
  /**
   * The table of a run.
   *
   * @param table exists, or is a path
   */
  static RunTable of(SparkSession spark, TableRef table, String runId) {
    return Snapshots.iceberg(spark, table)
        .<RunTable>map(iceberg -> new IcebergRun(spark, (TableRef.InCatalog) table, iceberg, runId))
        .orElseGet(() -> new PlainRun(spark, table, runId));
  }

  /**
   * Takes the run over from any other driver, which cannot commit from then on. Of a catalog that
   * is not Iceberg's, nothing is claimed.
   *
   * @return the rows that are in the table at that moment, of all runs; empty if there are none
   * @throws UsageException if the table cannot be written to
   */
  Optional<Dataset<Row>> claim();

  /**
   * Adds a group of rows, in one commit if the format has commits. When this returns, they are in
   * the table once.
   *
   * @param rows with unique keys
   * @param replaces whether rows with the same {@code run_id} and {@code utt_id} may be there,
   *     which go
   * @throws TakenOverException if another driver has taken the run over; nothing is written then
   */
  void add(Dataset<Row> rows, boolean replaces);

  /**
   * Finds out whether failed rows can be replaced.
   *
   * @param none no rows, with the columns of those to come
   * @throws UsageException if not
   */
  void requireReplaceable(Dataset<Row> none);
}
