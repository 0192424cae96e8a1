package io.espalier.udfs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** The types that an argument may have. NULL, which has its own type, is accepted everywhere. */
enum ArgumentKind {
  TEXT("STRING") {
    @Override
    boolean acceptsType(DataType type) {
      return type instanceof StringType;
    }
  },
  TEXTS("STRING or ARRAY<STRING>") {
    @Override
    boolean acceptsType(DataType type) {
      return type instanceof StringType
          || (type instanceof ArrayType array
              && (array.elementType() instanceof StringType || isNull(array.elementType())));
    }
  },
  VECTOR("ARRAY<FLOAT> or ARRAY<DOUBLE>") {
    @Override
    boolean acceptsType(DataType type) {
      return type instanceof ArrayType array
          && (array.elementType().equals(DataTypes.FloatType)
              || array.elementType().equals(DataTypes.DoubleType)
              || isNull(array.elementType()));
    }
  },
  GATES("STRUCT<encoder: STRING, decoder: STRING, ...> or STRING") {
    @Override
    boolean acceptsType(DataType type) {
      if (type instanceof StructType struct) {
        List<String> names =
            Arrays.stream(struct.fields())
                .filter(field -> field.dataType() instanceof StringType)
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .toList();
        return names.contains("encoder") && names.contains("decoder");
      }
      return type instanceof StringType;
    }
  },
  LABEL("STRING, BOOLEAN or a number") {
    @Override
    boolean acceptsType(DataType type) {
      return TEXT.acceptsType(type) || BOOLEAN.acceptsType(type) || NUMBER.acceptsType(type);
    }
  },
  INTEGER("INT") {
    @Override
    boolean acceptsType(DataType type) {
      return List.of(
              DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType)
          .contains(type);
    }
  },
  NUMBER("a number") {
    @Override
    boolean acceptsType(DataType type) {
      return type instanceof NumericType;
    }
  },
  BOOLEAN("BOOLEAN") {
    @Override
    boolean acceptsType(DataType type) {
      return type.equals(DataTypes.BooleanType);
    }
  };

  private final String description;

  ArgumentKind(String description) {
    this.description = description;
  }

  /** For messages. */
  String description() {
    return description;
  }

  boolean accepts(DataType type) {
    return isNull(type) || acceptsType(type);
  }

  private static boolean isNull(DataType type) {
    return type.equals(DataTypes.NullType);
  }

  abstract boolean acceptsType(DataType type);
}
