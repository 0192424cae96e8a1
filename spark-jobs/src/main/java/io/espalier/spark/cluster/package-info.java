/** Clusters of speakers: how many there are, which vectors belong together, the saved model. */
package io.espalier.spark.cluster;
