/** Scores of transcripts against references, per utterance and per group, with intervals. */
package io.espalier.spark.score;
