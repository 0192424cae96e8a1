package io.espalier.spark.table;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Rules for the types of columns. */
public final class ColumnTypes {
  /** Metadata key of a column's CHAR or VARCHAR type, which Spark reads as a string. */
  private static final String CHAR = "__CHAR_VARCHAR_TYPE_STRING";

  private ColumnTypes() {}

  /** Why a table cannot store a column of this type; empty if it can. */
  static Optional<String> fault(String name, DataType type) {
    if (isInterval(type) || type instanceof UserDefinedType) {
      return Optional.of(
          "%s is of type %s, which tables cannot store".formatted(name, type.catalogString()));
    }
    if (type instanceof ArrayType array) {
      return fault(name + " (elements)", array.elementType());
    }
    if (type instanceof MapType map) {
      return fault(name + " (keys)", map.keyType())
          .or(() -> fault(name + " (values)", map.valueType()));
    }
    return type instanceof StructType struct ? structFault(name, struct) : Optional.empty();
  }

  private static Optional<String> structFault(String name, StructType struct) {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (StructField field : struct.fields()) {
      if (!names.add(field.name())) {
        return Optional.of(
            "%s has two fields whose names differ only in letter case or not at all: %s"
                .formatted(name, field.name()));
      }
      Optional<String> fault = fault(name + "." + field.name(), field.dataType());
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static boolean isInterval(DataType type) {
    return type instanceof CalendarIntervalType
        || type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType;
  }

  /** Whether values of this type are texts or whole numbers, which can be written as text. */
  public static boolean isText(DataType type) {
    return type instanceof NullType
        || type instanceof StringType
        || type instanceof IntegralType
        || (type instanceof DecimalType decimal && decimal.scale() == 0);
  }

  /** Whether a string is padded with blanks to a length. */
  public static boolean isPadded(StructField field) {
    return field.metadata().contains(CHAR)
        && field.metadata().getString(CHAR).toLowerCase(Locale.ROOT).startsWith("char(");
  }
}
