package io.espalier.udfs;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.IndexedSeq;
import scala.collection.Iterator;
import scala.collection.Seq;

/** What an expression of Spark 3.5 needs of a call with arguments, in Scala's own types. */
abstract class CallExpression extends Expression implements Serializable {
  private static final long serialVersionUID = 1L;

  final Seq<Expression> children;

  CallExpression(Seq<Expression> children) {
    this.children = children;
  }

  /** The same call with other arguments. */
  abstract Expression with(Seq<Expression> newChildren);

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
