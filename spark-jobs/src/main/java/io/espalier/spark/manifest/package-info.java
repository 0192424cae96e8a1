/** Manifests: making, reading, checking and labelling the rows that go in. */
package io.espalier.spark.manifest;
