package io.espalier.spark.score;

import static org.apache.spark.sql.functions.udaf;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Aggregator;

/** Adds up vectors of one length, element by element; null if there are none. */
final class VectorSum extends Aggregator<long[], long[], long[]> {
  private static final long serialVersionUID = 1L;

  private final Encoder<long[]> encoder;

  private VectorSum(Encoder<long[]> encoder) {
    this.encoder = encoder;
  }

  /** The sum of a column of vectors. */
  static Column of(SparkSession spark, Column vectors) {
    Encoder<long[]> encoder = spark.implicits().newLongArrayEncoder();
    return udaf(new VectorSum(encoder), encoder).apply(vectors);
  }

  @Override
  public long[] zero() {
    return new long[0];
  }

  @Override
  public long[] reduce(long[] sum, long[] vector) {
    if (vector == null || vector.length == 0) {
      return sum;
    }
    if (sum.length == 0) {
      return vector.clone();
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] += vector[i];
    }
    return sum;
  }

  @Override
  public long[] merge(long[] left, long[] right) {
    return reduce(left, right);
  }

  @Override
  public long[] finish(long[] sum) {
    return sum.length == 0 ? null : sum;
  }

  @Override
  public Encoder<long[]> bufferEncoder() {
    return encoder;
  }

  @Override
  public Encoder<long[]> outputEncoder() {
    return encoder;
  }
}
