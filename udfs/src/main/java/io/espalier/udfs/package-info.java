/**
 * Quality metrics as Spark SQL functions: usable from any session, without the model. A jar on the
 * class path is enough; the metrics themselves are in {@link io.espalier.udfs.metrics}.
 */
package io.espalier.udfs;
