package io.espalier.spark.table;

import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Builds a row by the names of its columns. A column that is not set is null. */
public final class RowBuilder {
  private final StructType schema;
  private final Object[] values;

  private RowBuilder(StructType schema) {
    this.schema = schema;
    this.values = new Object[schema.size()];
  }

  /** A row of nulls. */
  public static RowBuilder of(StructType schema) {
    return new RowBuilder(schema);
  }

  /**
   * Sets a column.
   *
   * @throws IllegalArgumentException if the schema has no such column
   */
  public RowBuilder set(String column, Object value) {
    values[schema.fieldIndex(column)] = value;
    return this;
  }

  /** Sets a number; NaN means unknown. */
  public RowBuilder setKnown(String column, double value) {
    return set(column, Double.isNaN(value) ? null : value);
  }

  /** Sets a column of several parts. */
  public RowBuilder set(String column, Consumer<RowBuilder> parts) {
    int index = schema.fieldIndex(column);
    RowBuilder inner = of((StructType) schema.apply(index).dataType());
    parts.accept(inner);
    values[index] = inner.build();
    return this;
  }

  /** The row. */
  public Row build() {
    return RowFactory.create(values);
  }
}
