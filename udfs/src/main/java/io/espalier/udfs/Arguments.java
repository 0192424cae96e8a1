package io.espalier.udfs;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.Decimal;
import scala.collection.Seq;

/** The arguments of a call, with number and types checked. */
final class Arguments {
  private final FunctionDefinition function;
  private final Seq<Expression> expressions;

  private Arguments(FunctionDefinition function, Seq<Expression> expressions) {
    this.function = function;
    this.expressions = expressions;
  }

  /**
   * Checks a call.
   *
   * @throws IllegalArgumentException if it has the wrong number of arguments, one of a wrong type,
   *     or an option that differs by row
   */
  static Arguments check(FunctionDefinition function, Seq<Expression> expressions) {
    List<Parameter> parameters = function.parameters();
    int inputs = function.inputs();
    int given = expressions.size();
    if (given < inputs || given > parameters.size()) {
      String expected = inputs == parameters.size() ? "%d" : "%d to %d";
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot call %s with %d arguments, must be %s. Usage: %s",
              function.name(),
              given,
              String.format(Locale.ROOT, expected, inputs, parameters.size()),
              function.signature()));
    }
    for (int i = 0; i < given; i++) {
      check(function, i, expressions.apply(i));
    }
    return new Arguments(function, expressions);
  }

  private static void check(FunctionDefinition function, int position, Expression expression) {
    Parameter parameter = function.parameters().get(position);
    if (!parameter.kind().accepts(expression.dataType())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot call %s: argument %d (%s) is %s, must be %s. Usage: %s",
              function.name(),
              position + 1,
              parameter.name(),
              expression.dataType().sql(),
              parameter.kind().description(),
              function.signature()));
    }
    if (parameter.option() && !expression.foldable()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot call %s: argument %d (%s) is %s, must be a constant. Usage: %s",
              function.name(),
              position + 1,
              parameter.name(),
              expression.sql(),
              function.signature()));
    }
  }

  /** All of them, options too. */
  Seq<Expression> expressions() {
    return expressions;
  }

  /** How many leading ones are inputs. */
  int inputs() {
    return function.inputs();
  }

  /** One of the inputs. */
  Expression input(int position) {
    return expressions.apply(position);
  }

  String text(String option, String otherwise) {
    Object value = value(option);
    return value == null ? otherwise : value.toString().strip().toLowerCase(Locale.ROOT);
  }

  boolean flag(String option, boolean otherwise) {
    Object value = value(option);
    return value == null ? otherwise : (Boolean) value;
  }

  double number(String option, double otherwise) {
    Object value = value(option);
    if (value instanceof Decimal decimal) {
      return decimal.toDouble();
    }
    return value == null ? otherwise : ((Number) value).doubleValue();
  }

  int integer(String option, int otherwise) {
    Object value = value(option);
    return value == null ? otherwise : Math.toIntExact(((Number) value).longValue());
  }

  /** An option's value, null if it is not given. */
  private Object value(String option) {
    for (int i = 0; i < expressions.size(); i++) {
      if (function.parameters().get(i).name().equals(option)) {
        return expressions.apply(i).eval(null);
      }
    }
    return null;
  }
}
