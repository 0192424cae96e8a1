package io.espalier.spark.table.commit;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.RowKey;
import io.espalier.spark.table.TableRef.InCatalog;
import io.espalier.spark.table.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run in an Iceberg table. Spark writes the files of a group, and this class commits them, so
 * that each commit has a condition: that it is the first of its id, and that no other driver has
 * taken the run over. The claim itself is a commit without files.
 *
 * <p>Why nothing is doubled: the history of a table is a line, and each commit is made on top of a
 * history that has been looked at. A driver reads the run as it was in its own claim. What other
 * drivers committed before the claim is in that; after the claim they commit nothing.
 */
final class IcebergRun implements RunTable {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergRun.class);
  private static final String FILE = "_file";

  /** Others may rewrite the same files meanwhile, such as a compaction. */
  private static final int MOST_REWRITES = 5;

  private final SparkSession spark;
  private final InCatalog name;
  private final Table table;
  private final String run;
  private final Publisher publisher;

  IcebergRun(SparkSession spark, InCatalog name, Table table, String run) {
    this.spark = spark;
    this.name = name;
    this.table = table;
    this.run = run;
    String application = spark.sparkContext().applicationId();
    publisher = new Publisher(table, run, UUID.randomUUID().toString(), application);
  }

  @Override
  public Optional<Dataset<Row>> claim() {
    requireMain();
    Snapshot claim = publisher.claim(newId());
    LOG.info("Took over run {} of {} in snapshot {}", run, table.name(), claim.snapshotId());
    long rows = PropertyUtil.propertyAsLong(claim.summary(), SnapshotSummary.TOTAL_RECORDS_PROP, 1);
    return rows == 0 ? Optional.empty() : Optional.of(at(claim, "*"));
  }

  /** Refuses what would not go to the main branch: a run has one history. */
  private void requireMain() {
    String last = name.parts().get(name.parts().size() - 1);
    if (last.startsWith("branch_") && !table.name().endsWith("." + last)) {
      throw new UsageException(
          "Cannot write to %s: it is a branch of a table. Name the table itself".formatted(name));
    }
    for (String key : List.of("spark.wap.id", "spark.wap.branch")) {
      boolean audits =
          PropertyUtil.propertyAsBoolean(table.properties(), "write.wap.enabled", false);
      if (audits && spark.conf().contains(key)) {
        throw new UsageException(
            "Cannot write to %s with %s: a run is committed to the table itself. Unset it"
                .formatted(name, key));
      }
    }
  }

  @Override
  public void add(Dataset<Row> rows, boolean replaces) {
    String id = newId();
    if (replaces) {
      replace(id, rows);
    } else {
      append(id, rows);
    }
  }

  @Override
  public void requireReplaceable(Dataset<Row> none) {
    // Files of every format that Iceberg has can be replaced.
  }

  private void append(String id, Dataset<Row> rows) {
    publish(
        id,
        Tables.stage(name, table, rows),
        files -> {
          AppendFiles append = table.newAppend();
          files.forEach(append::appendFile);
          return append;
        });
  }

  /** Writes the files anew that have some of these rows. */
  private void replace(String id, Dataset<Row> rows) {
    for (int attempt = 1; ; attempt++) {
      table.refresh();
      Snapshot base = table.currentSnapshot();
      List<DataFile> old = filesWith(base, rows);
      if (old.isEmpty()) {
        append(id, rows);
        return;
      }
      try {
        publish(
            id,
            Tables.stage(
                name, table, Tables.aligned(name, rows).unionByName(rest(base, old, rows))),
            files -> {
              OverwriteFiles overwrite = table.newOverwrite();
              overwrite.validateFromSnapshot(base.snapshotId()).validateNoConflictingDeletes();
              old.forEach(overwrite::deleteFile);
              files.forEach(overwrite::addFile);
              return overwrite;
            });
        return;
      } catch (ValidationException conflict) {
        if (attempt == MOST_REWRITES) {
          throw conflict;
        }
        LOG.warn("Files of {} were rewritten meanwhile: {}", table.name(), conflict.getMessage());
      }
    }
  }

  /** Makes an update of files. */
  private interface Update {
    SnapshotUpdate<?> of(Set<DataFile> files);
  }

  private void publish(String id, Set<DataFile> files, Update update) {
    try {
      publisher.publish(id, () -> update.of(files));
    } catch (TakenOverException e) {
      if (!e.anythingSent()) {
        delete(files); // Nobody has them, and nobody will.
      }
      throw e;
    } catch (ValidationException e) {
      delete(files); // The publisher has looked: they are not in the table.
      throw e;
    }
  }

  /** The data files that have rows with the keys of some others. */
  private List<DataFile> filesWith(Snapshot base, Dataset<Row> rows) {
    Set<String> paths =
        at(base, "*, " + FILE)
            .filter(col(RowKey.RUN).equalTo(run))
            .join(keys(rows), RowKey.COLUMNS.toArray(String[]::new), "left_semi")
            .select(FILE)
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    if (paths.isEmpty()) {
      return List.of();
    }
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table
            .newScan()
            .useSnapshot(base.snapshotId())
            .filter(Expressions.equal(RowKey.RUN, run))
            .ignoreResiduals()
            .planFiles()) {
      for (FileScanTask task : tasks) {
        if (paths.remove(task.file().location())) {
          files.add(task.file().copy());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the files of " + table.name(), e);
    }
    if (!paths.isEmpty()) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Cannot find files of %s: %s", table.name(), paths));
    }
    return files;
  }

  /** The other rows of some files. */
  private Dataset<Row> rest(Snapshot base, Collection<DataFile> files, Dataset<Row> rows) {
    List<String> paths = files.stream().map(file -> file.location()).toList();
    Dataset<Row> named = spark.createDataset(paths, Encoders.STRING()).toDF(FILE);
    return at(base, "*, " + FILE)
        .join(broadcast(named), FILE)
        .drop(FILE)
        .join(keys(rows), RowKey.COLUMNS.toArray(String[]::new), "left_anti");
  }

  private static Dataset<Row> keys(Dataset<Row> rows) {
    return broadcast(rows.select(RowKey.COLUMNS.stream().map(rows::col).toArray(Column[]::new)));
  }

  private Dataset<Row> at(Snapshot snapshot, String columns) {
    return spark.sql(
        String.format(
            Locale.ROOT,
            "SELECT %s FROM %s VERSION AS OF %d",
            columns,
            name.sql(),
            snapshot.snapshotId()));
  }

  private void delete(Set<DataFile> files) {
    IcebergFiles.delete(table, files.stream().map(file -> file.location()).toList());
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
