/** Running a stage: groups, commits, retries, progress, and the fingerprint of a run. */
package io.espalier.spark.stage;
