package io.espalier.udfs;

import java.util.Locale;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * The cosine of the angle between two vectors.
 *
 * @param left element type of the first vector
 * @param right element type of the second vector
 */
record CosineSimilarity(DataType left, DataType right) implements RowKernel {
  @Override
  public DataType type() {
    return DataTypes.DoubleType;
  }

  @Override
  public Object evaluate(Object[] inputs) {
    ArrayData a = (ArrayData) inputs[0];
    ArrayData b = (ArrayData) inputs[1];
    if (a.numElements() != b.numElements()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot compare vectors of %d and %d numbers, must be equally long",
              a.numElements(),
              b.numElements()));
    }
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.numElements(); i++) {
      if (a.isNullAt(i) || b.isNullAt(i)) {
        return null;
      }
      double x = number(a, i, left);
      double y = number(b, i, right);
      product += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    if (squaresA == 0 || squaresB == 0) {
      return null;
    }
    // Rounding may lead out of the range that a cosine has.
    return Math.max(-1, Math.min(1, product / (Math.sqrt(squaresA) * Math.sqrt(squaresB))));
  }

  private static double number(ArrayData array, int index, DataType type) {
    return type.equals(DataTypes.FloatType) ? array.getFloat(index) : array.getDouble(index);
  }
}
