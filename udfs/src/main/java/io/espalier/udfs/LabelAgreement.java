package io.espalier.udfs;

import io.espalier.udfs.metrics.AdjustedRandIndex;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.Tuple2;

/**
 * The adjusted Rand index of two columns. Labels are compared as text. Public for Catalyst, whose
 * generated code names the buffer's class.
 */
public final class LabelAgreement
    extends Aggregator<Tuple2<String, String>, LabelAgreement.Cells, Double> {
  private static final long serialVersionUID = 1L;

  /** How many rows have each pair of labels. */
  public static final class Cells implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Map<String, Map<String, Long>> counts = new HashMap<>();

    private Cells() {}

    private Cells add(String left, String right, long count) {
      counts.computeIfAbsent(left, key -> new HashMap<>()).merge(right, count, Math::addExact);
      return this;
    }
  }

  private LabelAgreement() {}

  /** A call of the function; Spark's own wrapper makes the expression. */
  static Expression call(String name, Arguments arguments) {
    Column call =
        functions
            .udaf(new LabelAgreement(), Encoders.tuple(Encoders.STRING(), Encoders.STRING()))
            .withName(name)
            .apply(text(arguments.input(0)), text(arguments.input(1)));
    return ((AggregateExpression) Catalyst.expression(call)).aggregateFunction();
  }

  private static Column text(Expression label) {
    return Catalyst.column(label).cast(DataTypes.StringType);
  }

  @Override
  public Cells zero() {
    return new Cells();
  }

  @Override
  public Cells reduce(Cells cells, Tuple2<String, String> row) {
    return row._1() == null || row._2() == null ? cells : cells.add(row._1(), row._2(), 1);
  }

  @Override
  public Cells merge(Cells cells, Cells others) {
    others.counts.forEach(
        (left, row) -> row.forEach((right, count) -> cells.add(left, right, count)));
    return cells;
  }

  @Override
  public Double finish(Cells cells) {
    return cells.counts.isEmpty() ? null : AdjustedRandIndex.of(cells.counts);
  }

  @Override
  public Encoder<Cells> bufferEncoder() {
    return Encoders.javaSerialization(Cells.class);
  }

  @Override
  public Encoder<Double> outputEncoder() {
    return Encoders.DOUBLE();
  }
}
