/**
 * Speech and translation metrics and text normalisers in plain Java, without Spark: what JiWER 4,
 * sacreBLEU 2 and Whisper's normalisers compute, to the last digit.
 */
package io.espalier.udfs.metrics;
