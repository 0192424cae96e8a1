package io.espalier.udfs;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/** Computes a row's value from its inputs, none of which is null; Catalyst's own value classes. */
interface RowKernel extends Serializable {
  /** The type of the value. */
  DataType type();

  /** The value, null if there is none. */
  Object evaluate(Object[] inputs);
}
