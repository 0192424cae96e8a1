/**
 * Tables and files of rows (Iceberg, Parquet, CSV, JSON lines): finding, checking, reading,
 * writing.
 */
package io.espalier.spark.table;
