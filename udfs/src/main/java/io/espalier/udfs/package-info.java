/** Quality metrics as Spark SQL functions: usable from any Spark, without the model. */
package io.espalier.udfs;
