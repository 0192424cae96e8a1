package io.espalier.spark.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.task.TaskCounters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

class StageSlicesTest {
  private static final SparkSession SPARK = TestSpark.session();

  @Test
  void everyRowIsInOneSliceAndOneTask() {
    StageSlices slices = slices(pending(1000), 7, 5);
    List<String> ids = new ArrayList<>();
    for (int number = 0; number < slices.count(); number++) {
      List<List<String>> tasks = tasks(slices.slice(number));
      assertThat(tasks).hasSize(6);
      assertThat(tasks.get(5)).as("the partition behind the last task").isEmpty();
      tasks.forEach(ids::addAll);
    }
    assertThat(ids)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 1000).mapToObj(i -> "u" + i).toList());
  }

  @Test
  void longRecordingsComeFirst() {
    List<List<String>> tasks = tasks(slices(pending(100), 1, 3).slice(0));
    assertThat(tasks).extracting(List::size).allSatisfy(size -> assertThat(size).isIn(0, 33, 34));
    assertThat(List.of(tasks.get(0).get(0), tasks.get(1).get(0), tasks.get(2).get(0)))
        .containsExactly("u99", "u98", "u97");
  }

  /** What Spark sends for each task is the serialised RDD; it must not grow with the job. */
  @Test
  void whatATaskGetsDoesNotDependOnTheNumberOfSlices() throws IOException {
    Dataset<Row> pending = pending(20);
    RDD<?> few = slices(pending, 10, 1000).slice(3).results();
    RDD<?> many = slices(pending, 10_000, 1000).slice(3).results();
    assertThat(bytes(many)).isEqualTo(bytes(few)).isLessThan(20_000);
  }

  private static int bytes(RDD<?> rdd) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rdd);
    }
    return bytes.size();
  }

  private static StageSlices slices(Dataset<Row> pending, int count, int tasks) {
    return StageSlices.of(
        pending,
        new SlicePlan(pending.count(), count, 1000, tasks),
        new SliceTask(null, TaskCounters.register(SPARK.sparkContext())),
        Optional.empty());
  }

  /** Rows that are the longer, the higher their number. */
  private static Dataset<Row> pending(int count) {
    return SPARK
        .range(count)
        .select(
            format_string("u%d", col("id")).as("utt_id"),
            struct(lit(null).cast("binary").as("bytes"), lit("p").as("path")).as("audio"),
            lit(1.0).as("start_s"),
            col("id").plus(2).cast("double").as("end_s"));
  }

  @SuppressWarnings("unchecked") // Dealt rows are packs by task.
  private static List<List<String>> tasks(StageSlices.Slice slice) {
    JavaPairRDD<Integer, byte[]> dealt =
        ((RDD<Tuple2<Integer, byte[]>>) slice.dealt())
            .toJavaRDD()
            .mapToPair(pack -> new Tuple2<>(pack._1(), pack._2()));
    List<List<String>> tasks = new ArrayList<>();
    for (List<Tuple2<Integer, byte[]>> packs : dealt.glom().collect()) {
      tasks.add(
          packs.stream()
              .flatMap(pack -> PackedRows.unpack(pack._2()).stream())
              .map(row -> row.<String>getAs("utt_id"))
              .toList());
    }
    return tasks;
  }
}
