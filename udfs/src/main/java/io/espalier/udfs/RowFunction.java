package io.espalier.udfs;

import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.Seq;

/**
 * A call of a scalar function. NULL in any input gives NULL. Options stay among the children, for
 * the column's name, but were read when the call was analysed. Public for Catalyst, which copies
 * expressions through their constructor.
 */
public final class RowFunction extends CallExpression implements CodegenFallback {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final RowKernel kernel;
  private final Integer inputs;

  /** Called by Catalyst. */
  public RowFunction(String name, Object kernel, Integer inputs, Seq<Expression> children) {
    super(children);
    this.name = name;
    this.kernel = (RowKernel) kernel;
    this.inputs = inputs;
  }

  static Expression of(String name, RowKernel kernel, Arguments arguments) {
    return new RowFunction(name, kernel, arguments.inputs(), arguments.expressions());
  }

  @Override
  public Object eval(InternalRow row) {
    Object[] values = new Object[inputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = children.apply(i).eval(row);
      if (values[i] == null) {
        return null;
      }
    }
    return kernel.evaluate(values);
  }

  /** Metrics cost far more than the call, so generated code has nothing to gain. */
  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public boolean foldable() {
    for (int i = 0; i < children.size(); i++) {
      if (!children.apply(i).foldable()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public DataType dataType() {
    return kernel.type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public String prettyName() {
    return name;
  }

  @Override
  Expression with(Seq<Expression> newChildren) {
    return new RowFunction(name, kernel, inputs, newChildren);
  }

  @Override
  public int productArity() {
    return 4;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> name;
      case 1 -> kernel;
      case 2 -> inputs;
      case 3 -> children;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object that) {
    return that instanceof RowFunction;
  }

  /** The kernel follows from the name and the children. */
  @Override
  public boolean equals(Object that) {
    return that instanceof RowFunction other
        && name.equals(other.name)
        && children.equals(other.children);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, children);
  }
}
