/**
 * Tables and files of rows: Iceberg, Parquet, CSV and JSON lines, located, checked, read, written.
 */
package io.espalier.spark.table;
