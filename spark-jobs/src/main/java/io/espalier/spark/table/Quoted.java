package io.espalier.spark.table;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Quotes names, which may hold anything, for Spark's SQL and its expressions. */
public final class Quoted {
  private Quoted() {}

  /** The name between back-ticks, which stand twice where it holds some. */
  public static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** The column of that name, be there dots or back-ticks in it. */
  public static Column column(String name) {
    return functions.col(name(name));
  }
}
