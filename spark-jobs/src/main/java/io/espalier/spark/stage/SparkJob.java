package io.espalier.spark.stage;

import java.io.Serializable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Range$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Failure;
import scala.util.Try;

/** A Spark job over some partitions of an RDD, which runs beside others. */
final class SparkJob {
  private final FutureAction<?> future;

  private SparkJob(FutureAction<?> future) {
    this.future = future;
  }

  /**
   * Starts a job.
   *
   * @param from first partition
   * @param until behind the last
   * @param result takes the first element of each partition, if it has one, once and soon; called
   *     by Spark's scheduler
   */
  static <T> SparkJob start(
      SparkContext spark, RDD<T> rdd, int from, int until, Consumer<T> result) {
    return new SparkJob(
        spark.submitJob(
            rdd,
            new First<T>(),
            Range$.MODULE$.apply(from, until),
            new AbstractFunction2<Object, T, BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object partition, T element) {
                if (element != null) {
                  result.accept(element);
                }
                return BoxedUnit.UNIT;
              }
            },
            new AbstractFunction0<BoxedUnit>() {
              @Override
              public BoxedUnit apply() {
                return BoxedUnit.UNIT;
              }
            }));
  }

  boolean isDone() {
    return future.isCompleted();
  }

  void cancel() {
    future.cancel();
  }

  /**
   * Looks whether it has failed.
   *
   * @throws E what Spark has thrown, as it threw it
   */
  @SuppressWarnings("unchecked") // Spark throws what it does not declare.
  <E extends Throwable> void check() throws E {
    if (future.isCompleted()) {
      Try<?> end = future.value().get();
      if (end instanceof Failure<?> failure) {
        throw (E) failure.exception();
      }
    }
  }

  /** Whether one of its own tasks has begun, apart from those that shuffle for it. */
  boolean hasBegun(JavaSparkStatusTracker tracker) {
    if (future.jobIds().isEmpty()) {
      return false;
    }
    SparkJobInfo job = tracker.getJobInfo((Integer) future.jobIds().head());
    if (job == null) {
      return false;
    }
    // Spark numbers the stages that a job needs first.
    int last = IntStream.of(job.stageIds()).max().orElse(-1);
    SparkStageInfo stage = tracker.getStageInfo(last);
    return stage != null && stage.numActiveTasks() + stage.numCompletedTasks() > 0;
  }

  /** The first element of a partition, or null. */
  private static final class First<T> extends AbstractFunction1<Iterator<T>, T>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public T apply(Iterator<T> elements) {
      return elements.hasNext() ? elements.next() : null;
    }
  }
}
