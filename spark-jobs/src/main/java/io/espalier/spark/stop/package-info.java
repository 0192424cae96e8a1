/** Signals that ask the driver to end, and how a job ends then. */
package io.espalier.spark.stop;
