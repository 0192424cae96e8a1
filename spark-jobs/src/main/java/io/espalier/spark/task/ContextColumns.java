package io.espalier.spark.task;

import io.espalier.pruning.UtteranceContext;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;

/** The columns that contexts add to the rows of a manifest. */
public final class ContextColumns {
  /** The speaker's vector. */
  public static final String SPEAKER = "__speaker";

  /** The vector of the sound. */
  public static final String EVENT = "__event";

  /** The speaker's cluster. */
  public static final String CLUSTER = "__speaker_cluster";

  /** Cost of the speaker vector. */
  public static final String SPEAKER_GFLOPS = "__speaker_gflops";

  /** Cost of the sound vector. */
  public static final String EVENT_GFLOPS = "__event_gflops";

  private static final double GIGA = 1e9;

  private ContextColumns() {}

  /** The contexts of a manifest row, joined or not. */
  public static UtteranceContext context(Row row) {
    Double target = row.getAs("target_sparsity");
    double sparsity = target == null ? Double.NaN : target;
    if (!has(row, SPEAKER)) {
      return new UtteranceContext(null, null, sparsity, 0, 0);
    }
    return new UtteranceContext(
        vector(row, SPEAKER),
        vector(row, EVENT),
        sparsity,
        flops(row, SPEAKER_GFLOPS),
        flops(row, EVENT_GFLOPS));
  }

  /** The speaker cluster of a row; null if it is not known. */
  public static Integer cluster(Row row) {
    return has(row, CLUSTER) ? row.getAs(CLUSTER) : null;
  }

  private static boolean has(Row row, String column) {
    return Arrays.asList(row.schema().fieldNames()).contains(column);
  }

  private static float[] vector(Row row, String column) {
    int index = row.fieldIndex(column);
    if (row.isNullAt(index)) {
      return null;
    }
    List<Float> values = row.getList(index);
    float[] vector = new float[values.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = values.get(i);
    }
    return vector;
  }

  private static long flops(Row row, String column) {
    Double giga = row.getAs(column);
    return giga == null ? 0 : Math.round(giga * GIGA);
  }
}
