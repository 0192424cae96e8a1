/** Whole pipelines: contexts, transcripts and scores in one run, and the demo. */
package io.espalier.spark.run;
