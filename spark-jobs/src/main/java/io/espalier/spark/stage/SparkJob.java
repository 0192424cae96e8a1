package io.espalier.spark.stage;

import java.io.Serializable;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
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

/** A Spark job over some partitions of an RDD, which runs beside others. */
final class SparkJob {
  private final FutureAction<?> future;
  private final Delivered delivered;
  private final BiFunction<Integer, Integer, SparkJob> starter;

  private SparkJob(
      FutureAction<?> future, Delivered delivered, BiFunction<Integer, Integer, SparkJob> starter) {
    this.future = future;
    this.delivered = delivered;
    this.starter = starter;
  }

  /** The partitions whose results have come. */
  private static final class Delivered {
    private final int from;
    private final int until;
    private final BitSet partitions = new BitSet();

    Delivered(int from, int until) {
      this.from = from;
      this.until = until;
    }

    synchronized void add(int index) {
      partitions.set(from + index);
    }

    /** First partitions that are missing, and what is behind the last of each stretch. */
    synchronized Map<Integer, Integer> missing() {
      Map<Integer, Integer> stretches = new TreeMap<>();
      for (int start = partitions.nextClearBit(from); start < until; ) {
        int next = partitions.nextSetBit(start);
        int end = next < 0 ? until : Math.min(next, until);
        stretches.put(start, end);
        start = partitions.nextClearBit(end);
      }
      return stretches;
    }
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
    Delivered delivered = new Delivered(from, until);
    FutureAction<?> future =
        spark.submitJob(
            rdd,
            new First<T>(),
            Range$.MODULE$.apply(from, until),
            new AbstractFunction2<Object, T, BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object partition, T element) {
                delivered.add((Integer) partition);
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
            });
    return new SparkJob(future, delivered, (first, end) -> start(spark, rdd, first, end, result));
  }

  /**
   * Starts it again for the partitions whose results have not come. Only of a job that has ended.
   */
  List<SparkJob> again() {
    return delivered.missing().entrySet().stream()
        .map(stretch -> starter.apply(stretch.getKey(), stretch.getValue()))
        .toList();
  }

  /** Why it has failed, if it has. */
  Optional<Throwable> failure() {
    return future.isCompleted() && future.value().get() instanceof Failure<?> failed
        ? Optional.of(failed.exception())
        : Optional.empty();
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
    Optional<Throwable> failure = failure();
    if (failure.isPresent()) {
      throw (E) failure.get();
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
