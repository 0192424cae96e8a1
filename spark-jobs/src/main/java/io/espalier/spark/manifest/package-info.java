/** Manifests: making, reading, checking and labelling input rows. */
package io.espalier.spark.manifest;
