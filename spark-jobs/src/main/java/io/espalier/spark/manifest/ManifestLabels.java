package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * LanguageCodes and tasks that are no model's. They would fail every row that has them, so they are
 * refused before any work. Whether a bundle knows a language or a task that could be one is for the
 * model to say, row by row.
 */
public final class ManifestLabels {
  private static final String TASK = "asr|st_[a-z_]+";

  /** The problem of a row's labels, or null. */
  static final Column WRONG =
      when(isNot("language", LanguageCodes.CODE), quote("language"))
          .when(isNot("task", TASK), quote("task"))
          .as("label");

  private static final int EXAMPLES = 5;

  private ManifestLabels() {}

  /** Names the labels of a manifest that cannot be used. */
  static UsageException refusal(Dataset<Row> manifest, String name) {
    List<Row> labels =
        manifest
            .select(WRONG)
            .filter(col("label").isNotNull())
            .groupBy("label")
            .agg(count(lit(1)))
            .orderBy("label")
            .takeAsList(EXAMPLES + 1);
    List<String> mistakes = new ArrayList<>();
    for (Row label : labels.subList(0, Math.min(EXAMPLES, labels.size()))) {
      String text = label.getString(0);
      mistakes.add(
          String.format(
              Locale.ROOT,
              "Cannot use manifest: %s is on %d rows of %s, must be %s",
              text,
              label.getLong(1),
              name,
              text.startsWith("language")
                  ? "a code such as deu or de, a name such as German, or null"
                  : "asr, or st_ and a language such as st_eng, or null"));
    }
    if (labels.size() > EXAMPLES) {
      mistakes.add("and more");
    }
    return new UsageException(mistakes);
  }

  /** The message for a language column of numbers. */
  static String classNumbers(StructField field, String name) {
    return String.format(
        Locale.ROOT,
        "Cannot read manifest: column language of %s is %s, but class numbers do not name"
            + " languages. Write codes such as deu instead, or name another column with espalier"
            + " manifest --column language=NAME",
        name,
        field.dataType().catalogString());
  }

  /**
   * Checks the task of an option.
   *
   * @throws UsageException if no model can have such a task
   */
  public static String requireTask(String task) {
    if (!task.matches(TASK)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Invalid task: %s, must be asr, or st_ and a language such as st_eng",
              task));
    }
    return task;
  }

  private static Column isNot(String column, String pattern) {
    return col(column).isNotNull().and(not(col(column).rlike("^(?:" + pattern + ")$")));
  }

  private static Column quote(String column) {
    return concat(lit(column + " '"), col(column), lit("'"));
  }
}
