package io.espalier.udfs;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Option;
import scala.collection.Seq;
import scala.collection.immutable.Map$;

/**
 * A SQL function: its text for {@code DESCRIBE FUNCTION EXTENDED}, and the expression of a call.
 *
 * @param group one of Spark's groups, such as {@code string_funcs}
 * @param parameters inputs first, then options
 * @param usage one sentence or more, starting with what it returns
 * @param examples calls with their output
 */
record FunctionDefinition(
    String name,
    String group,
    List<Parameter> parameters,
    String usage,
    List<Example> examples,
    Factory factory) {

  /** A call and what it prints. */
  record Example(String sql, String output) {}

  /** Makes the expression of a call whose arguments have been checked. */
  @FunctionalInterface
  interface Factory {
    Expression create(String name, Arguments arguments);
  }

  /** The call's shape, options in square brackets. */
  String signature() {
    StringBuilder text = new StringBuilder(name).append('(');
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (parameter.option()) {
        text.append(" [");
      }
      text.append(i > 0 ? ", " : "").append(parameter.name());
    }
    return text.append("]".repeat(parameters.size() - inputs())).append(')').toString();
  }

  /** How many leading arguments are inputs. */
  int inputs() {
    return (int) parameters.stream().filter(parameter -> !parameter.option()).count();
  }

  ExpressionInfo info() {
    return new ExpressionInfo(
        EspalierFunctions.class.getName(),
        null,
        name,
        signature() + " - " + usage,
        parameters.stream()
            .map(
                parameter ->
                    "      * %s - %s\n".formatted(parameter.name(), parameter.description()))
            .collect(Collectors.joining("", "\n    Arguments:\n", "  ")),
        examples.stream()
            .map(example -> "      > %s;\n       %s\n".formatted(example.sql(), example.output()))
            .collect(Collectors.joining("", "\n    Examples:\n", "  ")),
        "",
        group,
        "0.1.0",
        "",
        "java_udf");
  }

  /** The expression of a call, once its arguments have been checked. */
  Expression call(Seq<Expression> arguments) {
    try {
      return factory.create(name, Arguments.check(this, arguments));
    } catch (IllegalArgumentException e) {
      throw FunctionDefinition.<RuntimeException>unchecked(analysisException(e.getMessage()));
    }
  }

  private static AnalysisException analysisException(String message) {
    return new AnalysisException(
        message,
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Map$.MODULE$.empty(),
        new QueryContext[0]);
  }

  /** Spark's analyser expects its own exception here, which is a checked one for Java. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable throwable) throws E {
    throw (E) throwable;
  }
}
