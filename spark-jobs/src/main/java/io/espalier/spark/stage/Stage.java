package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.Manifest;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.RowMaker;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What tells one stage from another; {@link StageJob} does the rest. */
public interface Stage {
  /** Its name, as Spark's UI shows it. */
  String name();

  /** What has been done to a row that is ok, for the summary. */
  String done();

  /** The kind of table that it writes. */
  TableKind kind();

  /** Names everything that decides what its rows say, apart from the rows of the manifest. */
  String fingerprint();

  /** Task of the rows that name none. */
  String task();

  /** Columns of the manifest that pass through to the rows. */
  List<String> keep();

  /** The rows of the manifest, with all that a row needs besides. */
  Dataset<Row> join(Manifest.Checked manifest);

  /**
   * The columns of the table.
   *
   * @param manifest columns of the joined rows
   * @throws UsageException if a column to keep cannot be kept
   */
  StructType schema(StructType manifest);

  /**
   * What the tasks compute.
   *
   * @param schema of the rows
   * @param pending rows of the manifest that the run still lacks
   * @throws UsageException if they cannot be computed as asked
   */
  RowMaker rows(StructType schema, String runId, Dataset<Row> pending);
}
