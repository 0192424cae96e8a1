package io.espalier.spark.cluster;

/** MLlib's method of clustering speakers, with the cosine distance. */
public enum ClusterMethod {
  /** Spherical k-means. */
  KMEANS,
  /** Bisecting k-means: the largest cluster is cut in two until there are enough. */
  BISECTING_KMEANS,
  /** Not at all. */
  NONE
}
