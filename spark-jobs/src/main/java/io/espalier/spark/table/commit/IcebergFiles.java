package io.espalier.spark.table.commit;

import java.util.Collection;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that a table does not need. */
final class IcebergFiles {
  private static final Logger LOG = LoggerFactory.getLogger(IcebergFiles.class);

  private IcebergFiles() {}

  /** Deletes files; one that cannot be deleted stays, and costs nothing but its room. */
  static void delete(Table table, Collection<String> locations) {
    for (String location : locations) {
      try {
        table.io().deleteFile(location);
      } catch (RuntimeException e) {
        LOG.warn("Cannot delete {}: {}", location, e.getMessage());
      }
    }
  }
}
