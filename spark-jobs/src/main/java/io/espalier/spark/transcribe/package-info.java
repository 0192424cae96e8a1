/** The {@code transcribe} stage. */
package io.espalier.spark.transcribe;
