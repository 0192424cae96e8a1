package io.espalier.spark.table.commit;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.SparkSession;

/** A catalog whose commits have the faults that a test plans, one after another. */
public final class FaultyCatalog extends HadoopCatalog {
  private static final Map<String, Queue<Fault>> PLANS = new ConcurrentHashMap<>();

  /** What happens to one commit. */
  @FunctionalInterface
  public interface Fault {
    Fault NONE = (commit, base, next) -> commit.run();

    /** The catalog commits, and its answer is lost. */
    Fault ANSWER_LOST =
        (commit, base, next) -> {
          commit.run();
          throw new CommitStateUnknownException(new IllegalStateException("the answer was lost"));
        };

    /**
     * The catalog commits, and says that it has not, such as after a rename that was tried twice.
     */
    Fault DENIED =
        (commit, base, next) -> {
          commit.run();
          throw new CommitFailedException("the rename failed");
        };

    /** The catalog never gets the request. */
    Fault REQUEST_LOST =
        (commit, base, next) -> {
          throw new CommitStateUnknownException(new IllegalStateException("the request was lost"));
        };

    /**
     * Commits or not.
     *
     * @param commit makes the commit
     */
    void happen(Runnable commit, TableMetadata base, TableMetadata next);
  }

  /** Makes a catalog of this kind in the shared session. */
  public static void register(SparkSession spark, String name, Path warehouse) {
    String prefix = "spark.sql.catalog." + name;
    spark.conf().set(prefix, SparkCatalog.class.getName());
    spark.conf().set(prefix + "." + CatalogProperties.CATALOG_IMPL, FaultyCatalog.class.getName());
    spark.conf().set(prefix + "." + CatalogProperties.WAREHOUSE_LOCATION, warehouse.toString());
    // As in another process, which sees every commit.
    spark.conf().set(prefix + "." + CatalogProperties.CACHE_ENABLED, "false");
  }

  /** Plans the faults of the next commits to a table. */
  public static void plan(String table, Fault... faults) {
    PLANS.put(table, new ArrayDeque<>(List.of(faults)));
  }

  /** Whether all of them have happened. */
  public static boolean isDone(String table) {
    return PLANS.getOrDefault(table, new ArrayDeque<>()).isEmpty();
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier table) {
    return new Faulty(super.newTableOps(table), table.name());
  }

  /** Commits as the plan says. */
  private record Faulty(TableOperations sound, String table) implements TableOperations {
    @Override
    public void commit(TableMetadata base, TableMetadata next) {
      Queue<Fault> plan = PLANS.get(table);
      Fault planned = plan == null ? null : plan.poll();
      Fault fault = planned == null ? Fault.NONE : planned;
      fault.happen(() -> sound.commit(base, next), base, next);
    }

    @Override
    public TableMetadata current() {
      return sound.current();
    }

    @Override
    public TableMetadata refresh() {
      return sound.refresh();
    }

    @Override
    public FileIO io() {
      return sound.io();
    }

    @Override
    public String metadataFileLocation(String file) {
      return sound.metadataFileLocation(file);
    }

    @Override
    public LocationProvider locationProvider() {
      return sound.locationProvider();
    }
  }
}
