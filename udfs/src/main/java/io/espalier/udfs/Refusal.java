package io.espalier.udfs;

import scala.runtime.AbstractFunction1;

/**
 * In place of a function that cannot run here: every call fails with a sentence. It names no type
 * of Spark's, so that it also links with a Spark for which this jar is not built.
 */
final class Refusal<T, R> extends AbstractFunction1<T, R> {
  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  @Override
  public R apply(T arguments) {
    throw new UnsupportedOperationException(sentence);
  }
}
