package io.espalier.spark.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.espalier.conf.UsageException;
import io.espalier.files.MalformedFileException;
import io.espalier.files.Utf8Text;
import io.espalier.spark.storage.PlainFiles;
import io.espalier.spark.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Reads JSON lines, one object per line. Spark takes the first value of a line, drops the rest and
 * reports bad lines poorly, so this class checks the lines first.
 */
public final class JsonLines {
  /**
   * As lenient as Spark, which reads the lines afterwards, except about values that Spark would
   * drop.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final int FIRST_LINES = 20;
  private static final String BEHIND = "has text after its object";

  private JsonLines() {}

  /**
   * The columns of files, without those that folders add.
   *
   * @throws UsageException naming file and line of the first line that is not an object
   */
  static StructType schema(SparkSession spark, TableFiles files) {
    for (String file : files.paths()) {
      Utf8Files.require(spark, file);
    }
    Dataset<String> lines = Storage.reader(spark).textFile(files.paths());
    FilterFunction<String> wrong = line -> problem(line).isPresent();
    if (!lines.filter(wrong).isEmpty()) {
      throw explained(spark, files);
    }
    StructType schema = Storage.reader(spark).option("mode", "FAILFAST").json(lines).schema();
    if (schema.isEmpty()) {
      throw new UsageException(
          String.format(Locale.ROOT, "Cannot read %s: it is empty", files.root()));
    }
    return schema;
  }

  /** The keys in the first lines of a file; none if they are not JSON lines. */
  public static Set<String> firstKeys(SparkSession spark, String file) {
    Set<String> keys = new LinkedHashSet<>();
    try (BufferedReader lines = lines(spark, Storage.path(file))) {
      String line = lines.readLine();
      for (int read = 0; line != null && read < FIRST_LINES; line = lines.readLine()) {
        if (!line.isBlank()) {
          addKeys(line, keys);
          read++;
        }
      }
    } catch (JsonProcessingException e) {
      return Set.of(); // Reading it will say what is wrong.
    } catch (MalformedFileException e) {
      throw new UsageException(e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Cannot open %s: %s", file, e.getMessage()), e);
    }
    return keys;
  }

  private static void addKeys(String line, Set<String> keys) throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        keys.add(parser.currentName());
        parser.nextToken();
        parser.skipChildren();
      }
    }
  }

  /** Why a line is not one object; empty for a valid or a blank line. */
  private static Optional<String> problem(String line) {
    if (line.isBlank()) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.of(
            String.format(
                Locale.ROOT, "begins with %s, must begin with {", shortened(line.strip())));
      }
      parser.skipChildren();
      return parser.nextToken() == null ? Optional.empty() : Optional.of(BEHIND);
    } catch (JsonProcessingException e) {
      // Newer versions of Jackson do not say where a limit, such as that of nesting, is exceeded.
      String place =
          e.getLocation() == null
              ? ""
              : String.format(Locale.ROOT, " (character %d)", e.getLocation().getColumnNr());
      return Optional.of("is not JSON: " + e.getOriginalMessage() + place);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A text in memory has none.
    }
  }

  private static String shortened(String text) {
    return text.length() <= 20 ? text : text.substring(0, 20) + "...";
  }

  private static UsageException explained(SparkSession spark, TableFiles files) {
    for (String file : files.paths()) {
      Path path = Storage.path(file);
      try (BufferedReader lines = lines(spark, path)) {
        long number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          Optional<String> problem = problem(line);
          if (problem.isPresent()) {
            return new UsageException(explained(spark, path, line, number, problem.get()));
          }
          number++;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(
            String.format(Locale.ROOT, "Cannot open %s: %s", file, e.getMessage()), e);
      }
    }
    throw new IllegalStateException(
        String.format(Locale.ROOT, "%s changed while it was being read", files.root()));
  }

  private static String explained(
      SparkSession spark, Path path, String line, long number, String problem) throws IOException {
    if (number == 1 && !problem.equals(BEHIND) && isOneValue(spark, path)) {
      String filter = line.strip().startsWith("[") ? "'.[]'" : ".";
      return String.format(
              Locale.ROOT,
              "Cannot read %s: it is one JSON document. Write one object per line, for example"
                  + " with: jq -c",
              path)
          + String.format(Locale.ROOT, " %s %s > manifest.jsonl", filter, path.getName());
    }
    return String.format(Locale.ROOT, "Cannot read %s: line %d %s", path, number, problem);
  }

  /** Whether a file is JSON as a whole, but not line by line. */
  private static boolean isOneValue(SparkSession spark, Path path) throws IOException {
    try (Reader text = lines(spark, path);
        JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      parser.skipChildren();
      // The file may have several objects, each over several lines.
      return parser.currentToken() != null && parser.currentToken().isStructEnd();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static BufferedReader lines(SparkSession spark, Path path) throws IOException {
    return Utf8Text.reader(
        PlainFiles.open(path, spark.sessionState().newHadoopConf()), path.toString());
  }
}
