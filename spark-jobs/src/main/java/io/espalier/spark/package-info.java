/** Stages, tables and configuration on Spark: the layer between the model core and a cluster. */
package io.espalier.spark;
