package io.espalier.spark.table;

import static org.apache.spark.sql.functions.col;

import io.espalier.conf.UsageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a source, and the columns that had to be left out. An unused column never makes the
 * others unreadable, and a requested column never disappears silently.
 *
 * @param leftOut why a column is not among the rows, by its name in any letter case
 */
public record SourceRows(Dataset<Row> rows, Map<String, String> leftOut) {
  public SourceRows {
    Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(leftOut);
    leftOut = sorted;
  }

  /** The rows of a catalog table, without columns whose names or types cannot be used. */
  static SourceRows of(Dataset<Row> rows) {
    Columns columns = Columns.of(rows.schema());
    if (columns.leftOut().isEmpty()) {
      return new SourceRows(rows, Map.of());
    }
    // By position, because names may be ambiguous.
    Dataset<Row> numbered = numbered(rows);
    List<String> names = List.of(rows.columns());
    Column[] kept =
        columns.kept().stream()
            .map(field -> col("c" + names.indexOf(field.name())).as(field.name()))
            .toArray(Column[]::new);
    return new SourceRows(numbered.select(kept), columns.leftOut());
  }

  /** The same columns under the names {@code c0}, {@code c1}, ... */
  public static Dataset<Row> numbered(Dataset<Row> rows) {
    int count = rows.columns().length;
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = "c" + i;
    }
    return rows.toDF(names);
  }

  /** The same columns under other names, by position. */
  public SourceRows renamed(List<String> names) {
    return new SourceRows(rows.toDF(names.toArray(String[]::new)), leftOut);
  }

  /**
   * Refuses the source if a requested column had to be left out.
   *
   * @param wanted names in any letter case
   * @param source its name, for messages
   */
  public void require(Collection<String> wanted, String source) {
    List<String> mistakes =
        wanted.stream()
            .filter(leftOut::containsKey)
            .map(name -> "Cannot read column %s of %s: %s".formatted(name, source, reason(name)))
            .toList();
    if (!mistakes.isEmpty()) {
      throw new UsageException(mistakes);
    }
  }

  private String reason(String name) {
    return leftOut.get(name);
  }

  /** The columns that are unambiguous and can be stored, and the others. */
  record Columns(List<StructField> kept, Map<String, String> leftOut) {
    static Columns of(StructType schema) {
      Map<String, List<String>> spellings = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (StructField field : schema.fields()) {
        spellings.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.name());
      }
      List<StructField> kept = new ArrayList<>();
      Map<String, String> leftOut = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (StructField field : schema.fields()) {
        List<String> same = spellings.get(field.name());
        Optional<String> fault =
            same.size() > 1
                ? Optional.of(sameName(same))
                : ColumnTypes.fault(field.name(), field.dataType());
        fault.ifPresentOrElse(reason -> leftOut.put(field.name(), reason), () -> kept.add(field));
      }
      return new Columns(kept, leftOut);
    }

    private static String sameName(List<String> spellings) {
      return ("the names of columns %s differ only in letter case or not at all;"
                  + " rename all but")
              .formatted(String.join(" and ", spellings))
          + " one";
    }
  }
}
