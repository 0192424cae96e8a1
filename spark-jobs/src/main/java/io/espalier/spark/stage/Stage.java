package io.espalier.spark.stage;

import io.espalier.conf.UsageException;
import io.espalier.spark.manifest.CheckedManifest;
import io.espalier.spark.table.TableKind;
import io.espalier.spark.task.RowMaker;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** The parts of a stage that differ between stages; {@link StageJob} does the rest. */
public interface Stage {
  /** Its name, as Spark's UI shows it. */
  String name();

  /** The participle for rows that are ok, for the summary. */
  String done();

  /** The kind of table that it writes. */
  TableKind kind();

  /** Names everything that decides what its rows say, apart from the rows of the manifest. */
  String fingerprint();

  /** Task of the rows that name none. */
  String task();

  /** Columns of the manifest that pass through to the rows. */
  List<String> keep();

  /** The rows of the manifest, with everything else that a row needs. */
  Dataset<Row> join(CheckedManifest manifest);

  /**
   * The columns of the table.
   *
   * @param manifest columns of the joined rows
   * @throws UsageException if a column to keep cannot be kept
   */
  StructType schema(StructType manifest);

  /**
   * The computation of the tasks.
   *
   * @param schema of the rows
   * @param pending rows of the manifest that the run still lacks
   * @throws UsageException if they cannot be computed as asked
   */
  RowMaker rows(StructType schema, String runId, Dataset<Row> pending);
}
