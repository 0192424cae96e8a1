package io.espalier.udfs;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** What an aggregate of Spark 4.1 needs of a call with arguments, in Scala's own types. */
abstract class CallAggregate extends ImperativeAggregate implements Serializable {
  private static final long serialVersionUID = 1L;

  final Seq<Expression> children;
  private final StructType buffer;
  private final Seq<AttributeReference> bufferAttributes;
  private final Seq<AttributeReference> inputBufferAttributes;

  CallAggregate(scala.collection.Seq<Expression> children, StructType buffer) {
    this.children = children.toSeq();
    this.buffer = buffer;
    this.bufferAttributes = DataTypeUtils.toAttributes(buffer);
    this.inputBufferAttributes = DataTypeUtils.toAttributes(buffer);
  }

  /** The same call with other arguments. */
  abstract Expression with(scala.collection.Seq<Expression> newChildren);

  @Override
  public final StructType aggBufferSchema() {
    return buffer;
  }

  @Override
  public final Seq<AttributeReference> aggBufferAttributes() {
    return bufferAttributes;
  }

  @Override
  public final Seq<AttributeReference> inputAggBufferAttributes() {
    return inputBufferAttributes;
  }

  @Override
  public final Seq<Expression> children() {
    return children;
  }

  @Override
  public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return with(newChildren);
  }

  @Override
  @SuppressWarnings("unchecked")
  public final Iterator<Object> stringArgs() {
    return (Iterator<Object>) (Iterator<?>) children.iterator();
  }
}
