/** Texts with times as files: subtitles, and the formats of tools for speech. Knows no Spark. */
package io.espalier.spark.export.format;
