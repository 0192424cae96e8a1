/** How a stage runs: groups, commits, retries, progress, and what makes two runs the same. */
package io.espalier.spark.stage;
