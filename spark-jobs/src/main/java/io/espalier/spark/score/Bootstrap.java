package io.espalier.spark.score;

import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.posexplode;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.spark.table.FromScala;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Exact bootstrap resamples of groups of utterances, computed in tasks. Utterances are ordered by
 * block and {@code utt_id}; the block is a hash of the id, and a group has one block per {@link
 * #BLOCK} utterances, so the result does not depend on the cluster. A task holds the statistics of
 * one block, at most about 20 MB. k blocks need k times as many draws as one: about 2 ns per draw,
 * resample and block.
 */
final class Bootstrap {
  static final int BLOCK = 50_000;

  private static final String[] KEY = {"group_key", "block"};
  private static final ArrayType VECTOR = DataTypes.createArrayType(DataTypes.LongType, false);

  private final int resamples;
  private final long seed;
  private final int blockSize;

  Bootstrap(int resamples, long seed) {
    this(resamples, seed, BLOCK);
  }

  Bootstrap(int resamples, long seed, int blockSize) {
    this.resamples = resamples;
    this.seed = seed;
    this.blockSize = blockSize;
  }

  /**
   * Sums of statistics.
   *
   * @param rows {@code group_key string, utt_id string, statistics array<bigint>}, ids unique in
   *     their group
   * @param width of the statistics
   * @return {@code group_key, resample int, statistics array<bigint>}, a row for each group and
   *     resample
   */
  Dataset<Row> sums(Dataset<Row> rows, int width) {
    Dataset<Row> sizes = rows.groupBy("group_key").agg(count(lit(1)).as("size"));
    Column block = pmod(xxhash64(col("utt_id")), ceil(col("size").divide((double) blockSize)));
    Dataset<Row> blocked = rows.join(sizes, "group_key").withColumn("block", block);
    return blocked
        .join(starts(blocked), KEY)
        .groupBy(col("group_key"), col("block"), col("start"), col("size"))
        .agg(collect_list(struct("utt_id", "statistics")).as("members"))
        .select(
            col("group_key"),
            posexplode(resampled(width).apply(col("members"), col("start"), col("size")))
                .as(new String[] {"resample", "part"}))
        .groupBy("group_key", "resample")
        .agg(VectorSum.of(rows.sparkSession(), col("part")).as("statistics"));
  }

  /** The first position of each block: a small table, so blocks need not be joined. */
  private static Dataset<Row> starts(Dataset<Row> blocked) {
    WindowSpec before =
        Window.partitionBy("group_key")
            .orderBy("block")
            .rowsBetween(Window.unboundedPreceding(), -1);
    return blocked
        .groupBy("group_key", "block")
        .agg(count(lit(1)).as("length"))
        .select(
            col("group_key"),
            col("block"),
            coalesce(sum("length").over(before), lit(0L)).as("start"));
  }

  private UserDefinedFunction resampled(int width) {
    int times = resamples;
    long from = seed;
    UDF3<Seq<Row>, Long, Long, long[][]> function =
        (members, start, size) ->
            resampled(
                members,
                Math.toIntExact(start),
                new BootstrapDraws(from, Math.toIntExact(size)),
                times,
                width);
    return udf(function, DataTypes.createArrayType(VECTOR, false));
  }

  private static long[][] resampled(
      Seq<Row> members, int start, BootstrapDraws draws, int times, int width) {
    long[][] block =
        FromScala.list(members).stream()
            .sorted(Comparator.comparing((Row row) -> row.getString(0)))
            .map(row -> vector(row.getList(1)))
            .toArray(long[][]::new);
    long[][] sums = new long[times][];
    for (int resample = 0; resample < times; resample++) {
      sums[resample] = draws.sums(resample, start, block, width);
    }
    return sums;
  }

  /** A column's vector of counts as Java has it. */
  static long[] vector(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
