/** {@code espalier export}: transcripts as subtitles and as files of other tools. */
package io.espalier.spark.export;
