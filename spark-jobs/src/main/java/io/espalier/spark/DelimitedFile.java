package io.espalier.spark;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A CSV or TSV file in UTF-8 with the names of its columns in its first line. Every value is text;
 * an empty one is null. CSV is RFC 4180's; in TSV nothing but tabs and ends of lines has a meaning.
 * A row that does not fit is an error with its line, never dropped.
 */
final class DelimitedFile implements Iterator<String[]>, Closeable {
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setIgnoreEmptyLines(true).setLenientEof(false).get();
  private static final CSVFormat TSV =
      CSV.builder().setDelimiter('\t').setQuote(null).setEscape(null).get();

  private final Path path;
  private final Configuration conf;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> header;
  private CSVRecord read;
  private long line;

  private DelimitedFile(Path path, Configuration conf) throws IOException {
    this.path = path;
    this.conf = conf;
    BufferedReader text = text(path, conf);
    CSVFormat format = FileFormat.of(path.getName()) == FileFormat.TSV ? TSV : CSV;
    parser = CSVParser.builder().setReader(text).setFormat(format).get();
    records = parser.iterator();
    header = hasNext() ? Arrays.stream(taken()).map(String::strip).toList() : List.of();
  }

  /**
   * Opens a file and reads its first line.
   *
   * @throws ConfigurationException if there is none
   */
  static DelimitedFile open(Path path, Configuration conf) {
    try {
      DelimitedFile file = new DelimitedFile(path, conf);
      if (file.header.isEmpty()) {
        file.close();
        throw new ConfigurationException("Cannot read %s: it is empty".formatted(path));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static BufferedReader text(Path path, Configuration conf) throws IOException {
    BufferedReader text =
        new BufferedReader(
            new InputStreamReader(
                PlainFiles.open(path, conf),
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    try {
      PlainFiles.skipByteOrderMark(text);
    } catch (CharacterCodingException e) {
      throw notUtf8(path, conf);
    }
    return text;
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

  /** The values of a row, as many as the header has names. */
  @Override
  public String[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    String[] values = taken();
    if (values.length != header.size()) {
      throw new ConfigurationException(
          "Cannot read %s: line %d has %d values, but the first line names %d columns%s"
              .formatted(path, firstLine(values), values.length, header.size(), hint()));
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i].isEmpty() ? null : values[i];
    }
    return values;
  }

  private String hint() {
    return FileFormat.of(path.getName()) == FileFormat.TSV
        ? ". In TSV, tabs alone separate values"
        : ". Put a value with a comma in it between double quotes";
  }

  private String[] taken() {
    String[] values = read.values();
    read = null;
    return values;
  }

  /** Where the row that was read last begins: it may hold ends of lines. */
  private long firstLine(String[] values) {
    return parser.getCurrentLineNumber()
        - Arrays.stream(values).flatMapToInt(String::chars).filter(c -> c == '\n').count();
  }

  private RuntimeException failure(IOException cause) {
    if (cause instanceof CharacterCodingException) {
      try {
        return notUtf8(path, conf);
      } catch (IOException e) {
        return new UncheckedIOException("Cannot read %s: %s".formatted(path, e.getMessage()), e);
      }
    }
    if (cause instanceof CSVException) {
      return new ConfigurationException(
          "Cannot read %s: the quotes of the value that begins at or after line %d do not match. A"
                  .formatted(path, line)
              + " value in double quotes ends with one, and doubles those inside it");
    }
    return new UncheckedIOException(
        "Cannot read %s: %s".formatted(path, cause.getMessage()), cause);
  }

  /** Finds the first line that is not UTF-8. */
  private static ConfigurationException notUtf8(Path path, Configuration conf) throws IOException {
    long number = 1;
    try (InputStream in = new java.io.BufferedInputStream(PlainFiles.open(path, conf))) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        bytes.write(next);
        if (next == '\n') {
          if (!isUtf8(bytes.toByteArray())) {
            break;
          }
          bytes.reset();
          number++;
        }
      }
    }
    return new ConfigurationException(
        "Cannot read %s: line %d is not UTF-8. Convert the file, such as with iconv -t UTF-8"
            .formatted(path, number));
  }

  private static boolean isUtf8(byte[] line) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
