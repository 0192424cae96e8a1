package io.espalier.spark.table;

import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.PlainFiles;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads a CSV or TSV file in UTF-8 whose first line names the columns. Every value is text; an
 * empty value is null. CSV follows RFC 4180; in TSV only tabs and line ends have a meaning. A row
 * that does not fit is an error with its line number, and is never dropped.
 */
final class DelimitedFile implements Iterator<String[]>, Closeable {
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setIgnoreEmptyLines(true).setLenientEof(false).get();
  private static final CSVFormat TSV =
      CSV.builder().setDelimiter('\t').setQuote(null).setEscape(null).get();

  private final Path path;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> header;
  private CSVRecord read;
  private long line;

  private DelimitedFile(Path path, Configuration conf) throws IOException {
    this.path = path;
    BufferedReader text = Utf8Text.reader(PlainFiles.open(path, conf), path.toString());
    CSVFormat format = FileFormat.of(path.getName()) == FileFormat.TSV ? TSV : CSV;
    parser = CSVParser.builder().setReader(text).setFormat(format).get();
    records = parser.iterator();
    header = hasNext() ? Arrays.stream(taken()).map(String::strip).toList() : List.of();
  }

  /**
   * Opens a file and reads its first line.
   *
   * @throws UsageException if there is none
   */
  static DelimitedFile open(Path path, Configuration conf) {
    try {
      DelimitedFile file = new DelimitedFile(path, conf);
      if (file.header.isEmpty()) {
        file.close();
        throw new UsageException(String.format(Locale.ROOT, "Cannot read %s: it is empty", path));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Cannot open %s: %s", path, e.getMessage()), e);
    }
  }

  /** The names of the columns. */
  List<String> header() {
    return header;
  }

  @Override
  public boolean hasNext() {
    if (read != null) {
      return true;
    }
    line = parser.getCurrentLineNumber() + 1;
    try {
      read = records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      throw failure(e.getCause());
    }
    return read != null;
  }

  /** The values of a row, one per column. */
  @Override
  public String[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    String[] values = taken();
    if (values.length != header.size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot read %s: line %d has %d values, but the first line names %d columns%s",
              path,
              firstLine(values),
              values.length,
              header.size(),
              hint()));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i].isEmpty() ? null : values[i];
    }
    return values;
  }

  private String hint() {
    return FileFormat.of(path.getName()) == FileFormat.TSV
        ? ". In TSV, only tabs separate values"
        : ". Put a value that contains a comma in double quotes";
  }

  private String[] taken() {
    String[] values = read.values();
    read = null;
    return values;
  }

  /** The line at which the last row begins; a row may contain line ends. */
  private long firstLine(String[] values) {
    return parser.getCurrentLineNumber()
        - Arrays.stream(values).flatMapToInt(String::chars).filter(c -> c == '\n').count();
  }

  private RuntimeException failure(IOException cause) {
    if (cause instanceof MalformedFileException) {
      return new UsageException(cause.getMessage());
    }
    if (cause instanceof CSVException) {
      return new UsageException(
          String.format(
                  Locale.ROOT,
                  "Cannot read %s: the quotes of the value that begins at or after line %d do not"
                      + " match. A",
                  path,
                  line)
              + " value in double quotes must end with a double quote, and those inside it must be"
              + " doubled");
    }
    return new UncheckedIOException(
        String.format(Locale.ROOT, "Cannot read %s: %s", path, cause.getMessage()), cause);
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
