package io.espalier.spark.run;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.cli.CommandRun;
import io.espalier.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model's words with times against the times that the synthesizer reports. */
class DemoWordTimesTest {
  private static final Path DEMO = Path.of("src", "main", "demo");
  private static final double MOST_MS = 50;

  /** Of those that were said; the others are not in the hypothesis. */
  private static final double LEAST_SHARE = 0.8;

  @TempDir private Path directory;

  @Test
  void startsAndEndsOfAFewUtterancesAreWithinFiftyMilliseconds() throws IOException {
    check("test-%-0000%", "few");
  }

  @Test
  @Tag("slow")
  void startsAndEndsAreWithinFiftyMillisecondsOnAverage() throws IOException {
    check("%", "all");
  }

  private void check(String ids, String name) throws IOException {
    Map<String, Truth> truth = truth();
    SparkSession spark = TestSpark.session();
    String manifest = directory.resolve("manifest.parquet").toString();
    spark
        .read()
        .parquet(DEMO.resolve("test.parquet").toString())
        .filter(col("utt_id").isin(truth.keySet().toArray()).and(col("utt_id").like(ids)))
        .filter(col("task").equalTo("asr"))
        .coalesce(1)
        .write()
        .parquet(manifest);
    String table = "word_times_" + name;
    CommandRun run =
        CommandRun.of(
            "transcribe",
            "--manifest=" + manifest,
            "--bundle=" + DEMO.resolve("bundle"),
            "--table=" + table,
            "--beam=1",
            "--words");
    assertThat(run.code()).as(run.err()).isZero();
    Errors all = new Errors();
    Map<String, Errors> conditions = new TreeMap<>();
    for (Row row : spark.table(table).collectAsList()) {
      Truth said = truth.get(row.<String>getAs("utt_id"));
      List<Row> found = row.getList(row.fieldIndex("words"));
      all.add(found, said);
      conditions.computeIfAbsent(said.condition(), condition -> new Errors()).add(found, said);
    }
    conditions.forEach((condition, errors) -> System.out.println(condition + ": " + errors));
    System.out.println(all);
    assertThat((double) all.words).isGreaterThan(LEAST_SHARE * all.said);
    assertThat(all.startMs()).isLessThan(MOST_MS);
    assertThat(all.endMs()).isLessThan(MOST_MS);
  }

  private record Truth(String condition, List<Said> words) {}

  /** A word; words that are said as one have no time between them. */
  private record Said(String word, Optional<Double> startS, Optional<Double> endS) {}

  private static Map<String, Truth> truth() throws IOException {
    Map<String, Truth> truth = new TreeMap<>();
    for (String line : Files.readAllLines(DEMO.resolve("word-times.jsonl"))) {
      JsonObject object = JsonParser.parseString(line).getAsJsonObject();
      List<Said> words = new ArrayList<>();
      for (JsonElement element : object.getAsJsonArray("words")) {
        JsonObject word = element.getAsJsonObject();
        words.add(
            new Said(word.get("word").getAsString(), time(word, "start_s"), time(word, "end_s")));
      }
      truth.put(
          object.get("utt_id").getAsString(),
          new Truth(object.get("condition").getAsString(), words));
    }
    return truth;
  }

  private static Optional<Double> time(JsonObject word, String name) {
    return Optional.ofNullable(word.get(name)).map(JsonElement::getAsDouble);
  }

  /** Sums over the words that were said and found: others have no times to compare. */
  private static final class Errors {
    private long said;
    private long words;
    private long starts;
    private long ends;
    private double startSumS;
    private double endSumS;

    void add(List<Row> found, Truth truth) {
      List<Said> words = truth.words();
      said += words.size();
      int[][] common = common(found, words);
      int i = 0;
      int j = 0;
      while (i < found.size() && j < words.size()) {
        if (found.get(i).<String>getAs("word").equals(words.get(j).word())) {
          add(found.get(i++), words.get(j++));
        } else if (common[i + 1][j] >= common[i][j + 1]) {
          i++;
        } else {
          j++;
        }
      }
    }

    private void add(Row found, Said word) {
      words++;
      if (word.startS().isPresent()) {
        starts++;
        startSumS += Math.abs(found.<Double>getAs("start_s") - word.startS().get());
      }
      if (word.endS().isPresent()) {
        ends++;
        endSumS += Math.abs(found.<Double>getAs("end_s") - word.endS().get());
      }
    }

    /** How many words two texts have in common, in order, from each pair of places on. */
    private static int[][] common(List<Row> found, List<Said> words) {
      int[][] common = new int[found.size() + 1][words.size() + 1];
      for (int i = found.size() - 1; i >= 0; i--) {
        for (int j = words.size() - 1; j >= 0; j--) {
          boolean same = found.get(i).<String>getAs("word").equals(words.get(j).word());
          common[i][j] =
              same ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
        }
      }
      return common;
    }

    double startMs() {
      return 1000 * startSumS / starts;
    }

    double endMs() {
      return 1000 * endSumS / ends;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d of %d words, mean absolute error of %d starts %.0f ms, of %d ends %.0f ms",
          words,
          said,
          starts,
          startMs(),
          ends,
          endMs());
    }
  }
}
