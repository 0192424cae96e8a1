package io.espalier.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The proof that every row of a manifest has an id of its own. */
final class UtteranceIds {
  private static final int EXAMPLES = 5;

  /** Ids that are compared in one place, which spares a small job two shuffles. */
  private static final int MOST_ON_DRIVER = 10_000;

  private UtteranceIds() {}

  /** Refuses missing and repeated ids, with a few examples; gives the number of rows. */
  static long requireUnique(Dataset<Row> manifest, String name) {
    List<Row> first = manifest.select("utt_id").takeAsList(MOST_ON_DRIVER + 1);
    if (first.size() <= MOST_ON_DRIVER && areUnique(first)) {
      return first.size();
    }
    return requireUniqueByShuffle(manifest, name);
  }

  private static boolean areUnique(List<Row> ids) {
    Set<String> seen = new HashSet<>();
    return ids.stream().map(row -> row.getString(0)).allMatch(id -> isId(id) && seen.add(id));
  }

  private static boolean isId(String id) {
    return id != null && !id.matches(" *");
  }

  private static long requireUniqueByShuffle(Dataset<Row> manifest, String name) {
    Column isWrong =
        col("count").gt(1).or(col("utt_id").isNull()).or(trim(col("utt_id")).equalTo(""));
    Dataset<Row> counts = manifest.groupBy("utt_id").count();
    Row totals =
        counts.agg(coalesce(sum("count"), lit(0L)), coalesce(max(isWrong), lit(false))).first();
    if (!totals.getBoolean(1)) {
      return totals.getLong(0);
    }
    Dataset<Row> wrong = counts.filter(isWrong);
    List<Row> examples = wrong.takeAsList(EXAMPLES + 1);
    List<String> mistakes = new ArrayList<>();
    for (Row row : examples.subList(0, Math.min(EXAMPLES, examples.size()))) {
      String id = row.getString(0);
      mistakes.add(
          id == null || id.isBlank()
              ? "Cannot use manifest: %d rows of %s have no utt_id".formatted(row.getLong(1), name)
              : "Cannot use manifest: utt_id %s is on %d rows of %s, must be unique"
                  .formatted(id, row.getLong(1), name));
    }
    if (examples.size() > EXAMPLES) {
      mistakes.add("and more, %d ids altogether".formatted(wrong.count()));
    }
    throw new ConfigurationException(mistakes);
  }
}
