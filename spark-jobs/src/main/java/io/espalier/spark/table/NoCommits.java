package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.spark.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.LockManager;
import org.apache.spark.sql.SparkSession;

/**
 * The lock of a directory catalog on storage without atomic renames: it refuses every commit, also
 * those of SQL statements. Iceberg loads it by its name.
 */
public final class NoCommits implements LockManager {
  /** The property of a catalog that tells this class the catalog's name. */
  public static final String NAME = "espalier.catalog-name";

  private String catalog = "";
  private String warehouse = "";

  @Override
  public void initialize(Map<String, String> properties) {
    catalog = properties.getOrDefault(NAME, "");
    warehouse = properties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "");
  }

  /**
   * Refuses, and deletes the metadata that Iceberg would have renamed: the table would otherwise be
   * listed.
   *
   * @param owner path of the metadata
   * @throws UsageException always
   */
  @Override
  public boolean acquire(String entity, String owner) {
    delete(owner);
    throw new UsageException("Cannot commit: " + DirectoryCatalogs.reason(catalog, warehouse));
  }

  private static void delete(String file) {
    try {
      Path path = Storage.path(file);
      Tables.fileSystem(SparkSession.active(), path).delete(path, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public boolean release(String entity, String owner) {
    return true; // Nothing was acquired.
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
