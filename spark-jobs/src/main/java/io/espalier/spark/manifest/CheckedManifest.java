package io.espalier.spark.manifest;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A manifest whose ids are known to be unique.
 *
 * @param count number of rows
 * @param leftOut why columns of the source are not among the rows, by name
 */
public record CheckedManifest(Dataset<Row> rows, long count, Map<String, String> leftOut) {}
