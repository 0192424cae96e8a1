/** The {@code context} stage, and joining its table to a manifest. */
package io.espalier.spark.context;
