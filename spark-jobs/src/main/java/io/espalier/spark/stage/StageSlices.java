package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.runtime.AbstractFunction1;

/**
 * The rows that a stage lacks, in slices by the hash of their ids, in one shuffle that all slices
 * share. A second, small shuffle deals the rows of one slice to its tasks. What Spark sends to a
 * task of a slice therefore depends on the slice alone and not on the job.
 */
final class StageSlices {
  private final RDD<Row> rows;
  private final SlicePlan plan;
  private final SliceTask task;
  private final Optional<ResourceProfile> profile;

  private StageSlices(
      RDD<Row> rows, SlicePlan plan, SliceTask task, Optional<ResourceProfile> profile) {
    this.rows = rows;
    this.plan = plan;
    this.task = task;
    this.profile = profile;
  }

  /**
   * One slice.
   *
   * @param dealt its rows by task; one partition more than there are tasks, which is empty
   * @param results one element in each partition
   */
  record Slice(int number, int tasks, RDD<?> dealt, RDD<TaskRows> results) {}

  /**
   * Divides.
   *
   * @param pending rows of the manifest
   * @param profile what a task asks for; absent for Spark's default
   */
  static StageSlices of(
      Dataset<Row> pending, SlicePlan plan, SliceTask task, Optional<ResourceProfile> profile) {
    RDD<Row> rows =
        RowSeconds.add(pending)
            .repartition(plan.slices(), col("utt_id"))
            .sortWithinPartitions(col(RowSeconds.COLUMN).desc(), col("utt_id"))
            .rdd();
    return new StageSlices(rows, plan, task, profile);
  }

  int count() {
    return plan.slices();
  }

  Slice slice(int number) {
    int tasks = plan.tasks();
    JavaPairRDD<Integer, byte[]> dealt =
        PartitionPruningRDD.create(rows, new Only(number))
            .toJavaRDD()
            .mapPartitionsToPair(new Dealer(tasks, 2 * plan.rowsPerTask()))
            .partitionBy(new ByTask(tasks + 1));
    JavaRDD<TaskRows> results = dealt.mapPartitions(task);
    return new Slice(
        number, tasks, dealt.rdd(), profile.map(results::withResources).orElse(results).rdd());
  }

  /**
   * Rows that tasks have handed back, each in a task of its own.
   *
   * @param held packed rows of the manifest
   * @return one element in each partition
   */
  RDD<TaskRows> alone(JavaSparkContext context, List<byte[]> held) {
    List<Tuple2<Integer, byte[]>> dealt =
        held.stream().map(packed -> new Tuple2<>(0, packed)).toList();
    JavaRDD<TaskRows> results =
        context.parallelize(dealt, dealt.size()).mapPartitions(task.ofSuspects());
    return profile.map(results::withResources).orElse(results).rdd();
  }

  /** The partition of one slice. */
  private static final class Only extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int number;

    Only(int number) {
      this.number = number;
    }

    @Override
    public Object apply(Object partition) {
      return partition.equals(number);
    }
  }

  /** Keys are numbers of tasks. */
  private static final class ByTask extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int count;

    ByTask(int count) {
      this.count = count;
    }

    @Override
    public int numPartitions() {
      return count;
    }

    @Override
    public int getPartition(Object task) {
      return (Integer) task;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByTask by && by.count == count;
    }

    @Override
    public int hashCode() {
      return count;
    }
  }
}
