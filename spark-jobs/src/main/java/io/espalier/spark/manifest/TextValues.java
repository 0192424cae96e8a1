package io.espalier.spark.manifest;

import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.espalier.conf.UsageException;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Checks numbers in text columns, as folder names and CSV give them. */
final class TextValues {
  private static final String NUMBER = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?";
  private static final int EXAMPLES = 3;

  private TextValues() {}

  /** The number that a text is; null for an absent or a blank one. */
  static Column number(Column text) {
    Column stripped = trim(text);
    // Only what is a number is cast: under ANSI rules the cast of anything else ends the job.
    return when(stripped.rlike("^" + NUMBER + "$"), stripped.cast(DataTypes.DoubleType));
  }

  /**
   * Checks that a text column has only numbers.
   *
   * @throws UsageException with examples if it does not
   */
  static void requireNumbers(Dataset<Row> rows, Column text, String column, String source) {
    Column wrong = text.isNotNull().and(trim(text).notEqual("")).and(number(text).isNull());
    refuse(
        rows.filter(wrong).select(text),
        "Cannot read manifest: column %s of %s is text, must be a number"
            .formatted(column, source));
  }

  /**
   * Checks that a column is empty.
   *
   * @throws UsageException with examples if it does
   */
  static void requireNothing(Dataset<Row> rows, Column column, String message) {
    refuse(rows.filter(column.isNotNull()).select(column), message);
  }

  private static void refuse(Dataset<Row> wrong, String message) {
    List<Row> examples = wrong.takeAsList(EXAMPLES);
    if (!examples.isEmpty()) {
      List<String> shown =
          examples.stream().map(row -> shortened(String.valueOf(row.get(0)))).toList();
      throw new UsageException("%s (found '%s')".formatted(message, String.join("', '", shown)));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
