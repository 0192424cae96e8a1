/** The stages as transformers of Spark ML, for batches and for streams. */
package io.espalier.spark.ml;
