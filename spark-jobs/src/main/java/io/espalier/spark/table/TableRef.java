package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** A table as users name it: a catalog identifier, or a path to files. */
public sealed interface TableRef {
  /** What the names of a catalog's properties start with, before the catalog's own name. */
  String CATALOGS = "spark.sql.catalog.";

  /** A table of any catalog, such as {@code transcripts} or {@code cat.db.transcripts}. */
  record InCatalog(List<String> parts) implements TableRef {
    /** The identifier, quoted for SQL. */
    public String sql() {
      return parts.stream().map(Quoted::name).collect(Collectors.joining("."));
    }

    @Override
    public String toString() {
      return String.join(".", parts);
    }
  }

  /** Files below a path of any Hadoop file system, in the format of its name. */
  record InFiles(String path) implements TableRef {
    public FileFormat format() {
      return FileFormat.of(path);
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /**
   * Parses a name: with a slash, the prefix {@code parquet:} or a file extension it is a path,
   * otherwise an identifier. Paths are made absolute before they are sent to tasks.
   *
   * @throws UsageException if it is neither
   */
  static TableRef of(SparkSession spark, String name) {
    if (name.startsWith("parquet:")) {
      return inFiles(spark, name.substring("parquet:".length()));
    }
    if (name.contains("/") || FileFormat.isNamed(name)) {
      return inFiles(spark, name);
    }
    try {
      return new InCatalog(
          FromScala.list(spark.sessionState().sqlParser().parseMultipartIdentifier(name)));
    } catch (ParseException e) {
      throw new UsageException(
          "Invalid table: '%s' is neither a catalog identifier such as cat.db.name nor a path"
              .formatted(name));
    }
  }

  private static InFiles inFiles(SparkSession spark, String path) {
    return new InFiles(Locations.absolute(spark, path));
  }
}
