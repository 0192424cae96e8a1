package io.espalier.udfs;

import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * A call of an aggregate function. Its buffer is a fixed number of BIGINT columns, the sums of the
 * rows' statistics and the number of rows, which Spark's hash aggregation updates in place. Rows
 * with a NULL input are skipped; without any row the result is NULL. Public for Catalyst, which
 * copies expressions through their constructor.
 */
public final class CorpusFunction extends CallAggregate {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final CorpusKernel kernel;
  private final Integer inputs;
  private final Integer mutableOffset;
  private final Integer inputOffset;

  /** Called by Catalyst. */
  public CorpusFunction(
      String name,
      Object kernel,
      Integer inputs,
      Seq<Expression> children,
      Integer mutableOffset,
      Integer inputOffset) {
    super(children, schema((CorpusKernel) kernel));
    this.name = name;
    this.kernel = (CorpusKernel) kernel;
    this.inputs = inputs;
    this.mutableOffset = mutableOffset;
    this.inputOffset = inputOffset;
  }

  static Expression of(String name, CorpusKernel kernel, Arguments arguments) {
    return new CorpusFunction(name, kernel, arguments.inputs(), arguments.expressions(), 0, 0);
  }

  @Override
  public void initialize(InternalRow buffer) {
    for (int i = 0; i <= kernel.width(); i++) {
      buffer.setLong(mutableOffset + i, 0);
    }
  }

  @Override
  public void update(InternalRow buffer, InternalRow row) {
    Object[] values = new Object[inputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = children.apply(i).eval(row);
      if (values[i] == null) {
        return;
      }
    }
    long[] statistics = kernel.statistics(values);
    if (statistics == null) {
      return;
    }
    for (int i = 0; i < statistics.length; i++) {
      add(buffer, i, statistics[i]);
    }
    add(buffer, kernel.width(), 1);
  }

  @Override
  public void merge(InternalRow buffer, InternalRow other) {
    for (int i = 0; i <= kernel.width(); i++) {
      add(buffer, i, other.getLong(inputOffset + i));
    }
  }

  @Override
  public Object eval(InternalRow buffer) {
    long rows = buffer.getLong(mutableOffset + kernel.width());
    if (rows == 0) {
      return null;
    }
    long[] sums = new long[kernel.width()];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = buffer.getLong(mutableOffset + i);
    }
    return kernel.score(sums, rows);
  }

  private void add(InternalRow buffer, int column, long value) {
    int ordinal = mutableOffset + column;
    buffer.setLong(ordinal, Math.addExact(buffer.getLong(ordinal), value));
  }

  private static StructType schema(CorpusKernel kernel) {
    StructType schema = new StructType();
    for (int i = 0; i < kernel.width(); i++) {
      schema = schema.add("sum_" + i, DataTypes.LongType, false);
    }
    return schema.add("rows", DataTypes.LongType, false);
  }

  @Override
  public int mutableAggBufferOffset() {
    return mutableOffset;
  }

  @Override
  public int inputAggBufferOffset() {
    return inputOffset;
  }

  @Override
  public ImperativeAggregate withNewMutableAggBufferOffset(int offset) {
    return new CorpusFunction(name, kernel, inputs, children, offset, inputOffset);
  }

  @Override
  public ImperativeAggregate withNewInputAggBufferOffset(int offset) {
    return new CorpusFunction(name, kernel, inputs, children, mutableOffset, offset);
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
    return new CorpusFunction(name, kernel, inputs, newChildren, mutableOffset, inputOffset);
  }

  @Override
  public int productArity() {
    return 6;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> name;
      case 1 -> kernel;
      case 2 -> inputs;
      case 3 -> children;
      case 4 -> mutableOffset;
      case 5 -> inputOffset;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object that) {
    return that instanceof CorpusFunction;
  }

  /** The kernel follows from the name and the children. */
  @Override
  public boolean equals(Object that) {
    return that instanceof CorpusFunction other
        && name.equals(other.name)
        && children.equals(other.children)
        && mutableOffset.equals(other.mutableOffset)
        && inputOffset.equals(other.inputOffset);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, children, mutableOffset, inputOffset);
  }
}
