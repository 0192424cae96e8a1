/** Rows that end the process that computes them: who is suspected, who runs alone, who fails. */
package io.espalier.spark.quarantine;
