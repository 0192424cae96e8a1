/** Running a stage: slices, commits, retries, progress, and the fingerprint of a run. */
package io.espalier.spark.stage;
