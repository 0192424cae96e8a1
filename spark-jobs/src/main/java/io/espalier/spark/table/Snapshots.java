package io.espalier.spark.table;

import io.espalier.spark.table.TableRef.InCatalog;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.util.PropertyUtil;
import org.apache.iceberg.util.SnapshotUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots that a run makes of its Iceberg table. Each commit makes one, and all that were
 * ever made are described in each metadata file, so old ones have to go as the run goes. Only
 * snapshots that Espalier has made go, never one with a branch or a tag, and none that a query may
 * still read.
 *
 * @param age at which a snapshot may go; zero keeps all
 * @param kept number of the latest snapshots that stay
 */
public record Snapshots(SparkSession spark, Duration age, int kept) {
  /** The property of a snapshot that says which run has made it. */
  public static final String RUN = "espalier.run-id";

  /** The property of a snapshot that says which driver has made it: an id of its own. */
  public static final String DRIVER = "espalier.driver";

  /** The property of a snapshot that has the id of the commit. */
  public static final String COMMIT = "espalier.commit";

  /**
   * The newest snapshot of each run tells who computes the run, so it stays for this long, which is
   * longer than any driver takes from one commit to the next.
   */
  private static final Duration OWNERS = Duration.ofDays(1);

  /** Metadata files of earlier commits that stay, for readers that have just found them. */
  private static final int METADATA_FILES = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /**
   * Lets the table's old snapshots go, with the files that only they need. If that fails, it is
   * logged: they go with a later commit, or stay, and no row is lost.
   */
  public void expire(TableRef ref) {
    if (age.isZero()) {
      return;
    }
    try {
      iceberg(spark, ref)
          .ifPresent(table -> expire(table, System.currentTimeMillis() - age.toMillis()));
    } catch (RuntimeException e) {
      LOG.warn("Cannot expire snapshots of {}: {}", ref, e.getMessage());
    }
  }

  private void expire(Table table, long beforeMs) {
    table.refresh();
    boolean forbidden =
        !PropertyUtil.propertyAsBoolean(
            table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT);
    if (forbidden || table.currentSnapshot() == null) {
      return;
    }
    Set<Long> needed = new HashSet<>();
    SnapshotUtil.currentAncestorIds(table).stream().limit(kept).forEach(needed::add);
    Set<Long> owners = owners(table, beforeMs);
    boolean onlyLatest = needed.containsAll(owners);
    needed.addAll(owners);
    table.refs().values().stream().map(SnapshotRef::snapshotId).forEach(needed::add);
    List<Snapshot> old =
        StreamSupport.stream(table.snapshots().spliterator(), false)
            .filter(snapshot -> snapshot.timestampMillis() < beforeMs)
            .filter(snapshot -> !needed.contains(snapshot.snapshotId()))
            .toList();
    List<Snapshot> ours =
        old.stream().filter(snapshot -> snapshot.summary().containsKey(RUN)).toList();
    if (ours.isEmpty()) {
      return;
    }
    ExpireSnapshots expiry = table.expireSnapshots();
    if (onlyLatest && ours.size() == old.size() && table.refs().size() == 1) {
      // By age, which is cheap: Iceberg then looks at the files of what goes alone.
      expiry.expireOlderThan(beforeMs).retainLast(kept).commit();
    } else {
      ours.forEach(snapshot -> expiry.expireSnapshotId(snapshot.snapshotId()));
      expiry.expireOlderThan(0).commit();
    }
    LOG.info("Expired {} snapshots of {}", ours.size(), table.name());
  }

  /** The newest snapshot of each run, of those that are old enough to go. */
  private static Set<Long> owners(Table table, long beforeMs) {
    long sinceMs = System.currentTimeMillis() - OWNERS.toMillis();
    Set<String> runs = new HashSet<>();
    Set<Long> owners = new HashSet<>();
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      boolean isNewest =
          snapshot.summary().containsKey(DRIVER) && runs.add(snapshot.summary().get(RUN));
      long timeMs = snapshot.timestampMillis();
      if (isNewest && timeMs >= sinceMs && timeMs < beforeMs) {
        owners.add(snapshot.snapshotId());
      }
    }
    return owners;
  }

  /**
   * The clause of a new table that has Iceberg delete the metadata files of old commits; empty for
   * a table of another format.
   */
  static String properties(SparkSession spark, InCatalog table) {
    String catalog = spark.conf().get(TableRef.CATALOGS + Tables.catalog(spark, table), "").strip();
    return catalog.startsWith("org.apache.iceberg.")
        ? String.format(
            Locale.ROOT,
            " TBLPROPERTIES ('%s' = 'true', '%s' = '%d')",
            TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
            TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
            METADATA_FILES)
        : "";
  }

  /** A table, if it is one of Iceberg's. */
  public static Optional<Table> iceberg(SparkSession spark, TableRef ref) {
    if (!(ref instanceof InCatalog inCatalog)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Spark3Util.loadIcebergTable(spark, inCatalog.sql()));
    } catch (IllegalArgumentException | ClassCastException e) {
      return Optional.empty(); // A table of another format.
    } catch (ParseException | NoSuchTableException e) {
      throw new IllegalStateException("Cannot open table: " + ref, e);
    }
  }
}
