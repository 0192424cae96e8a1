package io.espalier.udfs;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.ExpressionUtils;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** The calls of Spark 4.1 that other versions of it do not have. */
final class Catalyst {
  private Catalyst() {}

  /** Makes the expressions of a function's calls. */
  static Function1<Seq<Expression>, Expression> builder(FunctionDefinition function) {
    return new AbstractFunction1<>() {
      @Override
      public Expression apply(Seq<Expression> arguments) {
        return function.call(arguments);
      }
    };
  }

  /** The expression of a column. */
  static Expression expression(Column column) {
    return ColumnNodeToExpressionConverter$.MODULE$.apply(column.node());
  }

  /** An expression as a column. */
  static Column column(Expression expression) {
    return ExpressionUtils.column(expression);
  }
}
