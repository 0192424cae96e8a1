package io.espalier.spark.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.spark.sql.functions.base64;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.espalier.conf.UsageException;
import io.espalier.spark.table.FromScala;
import io.espalier.spark.table.Quoted;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import scala.Console;
import scala.runtime.BoxedUnit;

/** Runs SQL and prints complete results, without truncation. */
public final class SqlRunner {
  private final SparkSession spark;
  private final Format format;
  private final PrintWriter out;

  /** The output format of rows. */
  public enum Format {
    /** Spark's own boxes. */
    TABLE,
    /** An array of objects, nulls included. */
    JSON,
    /** RFC 4180, with a header; null is an empty field, binary is base64. */
    CSV;

    /**
     * The format of a name in upper case.
     *
     * @throws UsageException if there is no such format
     */
    public static Format of(String name) {
      return Arrays.stream(values())
          .filter(format -> format.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new UsageException(
                      "Invalid format: %s, must be table, json or csv"
                          .formatted(name.toLowerCase(Locale.ROOT))));
    }
  }

  /** A runner that prints to {@code out}. */
  public SqlRunner(SparkSession spark, Format format, PrintWriter out) {
    this.spark = spark;
    this.format = format;
    this.out = out;
  }

  /** Runs statements that semicolons part; the last one needs none. */
  public void run(String script) {
    SqlScript.Parts parts = SqlScript.split(script + "\n;");
    parts.statements().forEach(statement -> print(spark.sql(statement)));
  }

  /**
   * Runs statements as they come in. An error in one does not end the others.
   *
   * @param prompt whether a person is at the other end
   * @return whether all went well, or a person has seen what did not
   */
  public boolean interact(BufferedReader in, boolean prompt, PrintWriter err) throws IOException {
    boolean allWell = true;
    StringBuilder pending = new StringBuilder();
    prompt(prompt, "espalier> ");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (pending.isEmpty() && line.strip().matches("(?i)(quit|exit)\\s*;?")) {
        return true;
      }
      pending.append(line).append('\n');
      SqlScript.Parts parts = SqlScript.split(pending.toString());
      pending = new StringBuilder(parts.rest().isBlank() ? "" : parts.rest());
      for (String statement : parts.statements()) {
        allWell &= attempt(statement, err);
      }
      prompt(prompt, pending.isEmpty() ? "espalier> " : "        > ");
    }
    if (!pending.isEmpty()) {
      allWell &= attempt(pending.toString(), err);
    }
    return allWell || prompt;
  }

  private boolean attempt(String statement, PrintWriter err) {
    try {
      print(spark.sql(statement));
      return true;
    } catch (RuntimeException e) {
      err.println(e.getMessage());
      return false;
    } catch (Exception e) {
      // Scala declares no checked exceptions, and Spark throws one for every SQL mistake.
      if (!(e instanceof AnalysisException)) {
        throw e;
      }
      err.println(e.getMessage());
      return false;
    }
  }

  private void prompt(boolean wanted, String text) {
    if (wanted) {
      out.print(text);
      out.flush();
    }
  }

  private void print(Dataset<Row> rows) {
    if (rows.columns().length > 0) {
      switch (format) {
        case TABLE -> printTable(rows);
        case JSON -> printJson(rows);
        case CSV -> printCsv(rows);
      }
    }
    out.flush();
  }

  private void printTable(Dataset<Row> rows) {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    Console.withOut(
        new PrintStream(table, false, UTF_8),
        () -> {
          rows.show(Integer.MAX_VALUE, false);
          Console.flush();
          return BoxedUnit.UNIT;
        });
    out.println(table.toString(UTF_8).stripTrailing());
  }

  private void printJson(Dataset<Row> rows) {
    Column object =
        struct(Arrays.stream(rows.columns()).map(Quoted::column).toArray(Column[]::new));
    Iterator<Row> objects =
        rows.select(to_json(object, Map.of("ignoreNullFields", "false"))).toLocalIterator();
    out.print("[");
    String separator = "\n";
    while (objects.hasNext()) {
      out.print(separator + objects.next().getString(0));
      separator = ",\n";
    }
    out.println("\n]");
  }

  private void printCsv(Dataset<Row> rows) {
    // Positions instead of names: a query may give two columns the same name.
    String[] positions =
        IntStream.range(0, rows.columns().length).mapToObj(i -> "c" + i).toArray(String[]::new);
    Column[] texts =
        IntStream.range(0, positions.length)
            .mapToObj(i -> text(col(positions[i]), rows.schema().fields()[i].dataType()))
            .toArray(Column[]::new);
    Iterator<Row> records = rows.toDF(positions).select(texts).toLocalIterator();
    try {
      CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180);
      csv.printRecord((Object[]) rows.columns());
      while (records.hasNext()) {
        csv.printRecord(FromScala.list(records.next().toSeq()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot print rows", e);
    }
  }

  private static Column text(Column column, DataType type) {
    return type instanceof BinaryType ? base64(column) : column.cast("string");
  }
}
