/** Model bundles on any file system: fetching, describing and importing them. */
package io.espalier.spark.bundle;
