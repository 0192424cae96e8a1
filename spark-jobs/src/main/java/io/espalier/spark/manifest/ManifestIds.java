package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.trim;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Checks in one pass that all rows of a manifest have an id and that the ids are unique. */
final class ManifestIds {
  private static final int EXAMPLES = 5;

  /** Ids that are compared in one place, which spares a small job two shuffles. */
  private static final int MOST_ON_DRIVER = 10_000;

  private ManifestIds() {}

  /**
   * Refuses missing and repeated ids, with a few examples, and labels that no model has.
   *
   * @return the number of rows
   */
  static long require(Dataset<Row> manifest, String name) {
    List<Row> first =
        manifest.select(col("utt_id"), ManifestLabels.WRONG).takeAsList(MOST_ON_DRIVER + 1);
    if (first.stream().anyMatch(row -> !row.isNullAt(1))) {
      throw ManifestLabels.refusal(manifest, name);
    }
    if (first.size() <= MOST_ON_DRIVER && areUnique(first)) {
      return first.size();
    }
    return byShuffle(manifest, name);
  }

  private static boolean areUnique(List<Row> ids) {
    Set<String> seen = new HashSet<>();
    return ids.stream().map(row -> row.getString(0)).allMatch(id -> isId(id) && seen.add(id));
  }

  private static boolean isId(String id) {
    return id != null && !id.matches(" *");
  }

  private static long byShuffle(Dataset<Row> manifest, String name) {
    Column isWrong =
        col("count").gt(1).or(col("utt_id").isNull()).or(trim(col("utt_id")).equalTo(""));
    Dataset<Row> counts =
        manifest
            .groupBy("utt_id")
            .agg(count(lit(1)).as("count"), max(ManifestLabels.WRONG).as("label"));
    Row totals =
        counts
            .agg(coalesce(sum("count"), lit(0L)), coalesce(max(isWrong), lit(false)), max("label"))
            .first();
    if (!totals.isNullAt(2)) {
      throw ManifestLabels.refusal(manifest, name);
    }
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
              ? String.format(
                  Locale.ROOT,
                  "Cannot use manifest: %d rows of %s have no utt_id",
                  row.getLong(1),
                  name)
              : String.format(
                  Locale.ROOT,
                  "Cannot use manifest: utt_id %s is on %d rows of %s, must be unique",
                  id,
                  row.getLong(1),
                  name));
    }
    if (examples.size() > EXAMPLES) {
      mistakes.add(String.format(Locale.ROOT, "and more, %d ids in total", wrong.count()));
    }
    throw new UsageException(mistakes);
  }
}
