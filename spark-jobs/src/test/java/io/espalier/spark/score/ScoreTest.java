package io.espalier.spark.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.espalier.conf.UsageException;
import io.espalier.spark.TestSpark;
import io.espalier.spark.session.SessionConf;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {
  private static final SparkSession SPARK = TestSpark.session();

  @TempDir Path directory;
  private final TranscriptRowsFixture transcripts = new TranscriptRowsFixture();
  private final Map<String, String> options = new HashMap<>(Map.of("resamples", "0"));

  @Test
  void everyRowGetsTheMetricsOfItsTask() {
    mixed();
    score();
    Row asr = scores("utt_id = 'a1'").get(0);
    assertThat(asr.<Double>getAs("wer")).isEqualTo(0.25);
    assertThat(asr.<Double>getAs("cer")).isPositive();
    assertThat(asr.<Row>getAs("words").mkString(" ")).isEqualTo("3 1 0 0");
    assertThat(asr.<Double>getAs("sentence_bleu")).isNull();
    assertThat(asr.<String>getAs("bleu_signature")).isNull();
    Row translation = scores("utt_id = 's1'").get(0);
    assertThat(translation.<Double>getAs("wer")).isNull();
    assertThat(translation.<Double>getAs("sentence_bleu"))
        .isEqualTo(number("SELECT sentence_bleu('the cat sat down', 'the cat sat up')"));
    assertThat(translation.<Double>getAs("sentence_chrf"))
        .isEqualTo(number("SELECT sentence_chrf('the cat sat down', 'the cat sat up')"));
  }

  @Test
  void allMetricsCanBeHadForEveryRow() {
    mixed();
    options.put("metrics", "all");
    score();
    assertThat(scores("wer IS NULL OR sentence_bleu IS NULL")).isEmpty();
  }

  @Test
  void groupsAreScoredAsTheSqlAggregatesScoreThem() {
    mixed();
    String table = score();
    Row asr = group("task = 'asr' AND language = 'deu'");
    String rows = " FROM " + table + " WHERE task = 'asr' AND language = 'deu'";
    assertThat(asr.<Double>getAs("wer"))
        .isEqualTo(number("SELECT corpus_wer(reference, hypothesis)" + rows), within(1e-12));
    assertThat(asr.<Double>getAs("cer"))
        .isEqualTo(number("SELECT corpus_cer(reference, hypothesis)" + rows), within(1e-12));
    assertThat(asr.<Long>getAs("utterances")).isEqualTo(2);
    assertThat(asr.<Long>getAs("reference_words")).isEqualTo(6);
    assertThat(asr.<String>getAs("wer_signature"))
        .isEqualTo("norm:none|failed:empty|version:espalier-1");
    Row translation = group("grouping = 'task' AND task = 'st_eng'");
    rows = " FROM " + table + " WHERE task = 'st_eng'";
    assertThat(translation.<Double>getAs("bleu"))
        .isEqualTo(number("SELECT corpus_bleu(reference, hypothesis)" + rows), within(1e-9));
    assertThat(translation.<Double>getAs("chrf"))
        .isEqualTo(number("SELECT corpus_chrf(reference, hypothesis)" + rows), within(1e-9));
    assertThat(translation.<String>getAs("bleu_signature"))
        .isEqualTo("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:espalier-1");
    assertThat(translation.<Double>getAs("wer")).isNull();
  }

  @Test
  void groupsHaveTheirCost() {
    mixed();
    score();
    Row all = group("grouping = 'all'");
    assertThat(all.<Long>getAs("utterances")).isEqualTo(4);
    assertThat(all.<Long>getAs("wer_utterances")).isEqualTo(2);
    assertThat(all.<Long>getAs("bleu_utterances")).isEqualTo(2);
    assertThat(all.<Double>getAs("gflops_total")).isEqualTo(30);
    assertThat(all.<Double>getAs("gflops_dense")).isEqualTo(40);
    assertThat(all.<Double>getAs("gflops_encoder")).isEqualTo(20);
    assertThat(all.<Double>getAs("saved_fraction")).isEqualTo(0.25);
    assertThat(all.<Double>getAs("rtfx")).isEqualTo(4);
    assertThat(all.<Double>getAs("audio_s")).isEqualTo(8);
    assertThat(all.<Double>getAs("open_encoder")).isEqualTo(0.25);
  }

  @Test
  void aFailedRowCountsAsAnEmptyHypothesis() {
    transcripts.ok("r", "a", "asr", "deu", "one two", "one two").failed("r", "b", "asr", "x y");
    score();
    Row all = group("grouping = 'all'");
    assertThat(all.<Double>getAs("wer")).isEqualTo(0.5);
    assertThat(all.<Long>getAs("failed")).isEqualTo(1);
    assertThat(all.<Double>getAs("rtfx")).isEqualTo(4);
    assertThat(scores("utt_id = 'b'").get(0).<Row>getAs("words").mkString(" "))
        .isEqualTo("0 0 2 0");
  }

  @Test
  void failedRowsCanBeLeftOut() {
    transcripts.ok("r", "a", "asr", "deu", "one two", "one two").failed("r", "b", "asr", "x y");
    options.put("failed-rows", "exclude");
    score();
    Row all = group("grouping = 'all'");
    assertThat(all.<Double>getAs("wer")).isZero();
    assertThat(all.<Long>getAs("failed")).isEqualTo(1);
    assertThat(all.<Long>getAs("wer_utterances")).isEqualTo(1);
    assertThat(all.<String>getAs("wer_signature")).contains("failed:exclude");
  }

  @Test
  void referencesMayComeFromElsewhere() {
    transcripts
        .ok("r", "a", "asr", "deu", null, "one two")
        .ok("r", "b", "asr", "deu", "wrong", "three");
    String file = directory.resolve("references.parquet").toString();
    SPARK.sql("SELECT 'a' AS utt_id, 'one too' AS reference").write().parquet(file);
    options.put("references", file);
    score();
    Row all = group("grouping = 'all'");
    assertThat(all.<Double>getAs("wer")).isEqualTo(0.5);
    assertThat(all.<Long>getAs("without_reference")).isEqualTo(1);
  }

  @Test
  void repeatedReferencesAreRefused() {
    transcripts.ok("r", "a", "asr", "deu", null, "one");
    String file = directory.resolve("references.parquet").toString();
    SPARK.sql("SELECT explode(array('x', 'y')) AS reference, 'a' AS utt_id").write().parquet(file);
    options.put("references", file);
    assertThatThrownBy(this::score)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("more than one row for utt_id [a 2]");
  }

  @Test
  void normalisingTouchesWordsAndCharactersAlone() {
    transcripts
        .ok("r", "a", "asr", "eng", "Don't stop, Mr. Smith!", "do not stop mister smith")
        .ok("r", "b", "st_eng", "deu", "Good day to you, Sir!", "good day to you sir");
    options.put("normalize", "english");
    score();
    Row all = group("grouping = 'all'");
    assertThat(all.<Double>getAs("wer")).isZero();
    assertThat(all.<Double>getAs("bleu")).isLessThan(100);
    assertThat(all.<String>getAs("wer_signature")).startsWith("norm:english|");
    assertThat(scores("utt_id = 'a'").get(0).<String>getAs("reference")).startsWith("Don't");
  }

  @Test
  void scoringAgainReplacesTheRunAndNoOther() {
    transcripts
        .ok("r1", "a", "asr", "deu", "one two", "one")
        .ok("r2", "a", "asr", "deu", "one two", "one two");
    score();
    options.put("runs", "r1");
    options.put("failed-rows", "exclude");
    score();
    assertThat(scores("true")).hasSize(2);
    assertThat(groups("true")).hasSize(6);
    assertThat(groups("wer_signature LIKE '%exclude%'"))
        .extracting(row -> row.getAs("run_id"))
        .hasSize(3)
        .containsOnly("r1");
  }

  @Test
  void filesAreWrittenAndReplacedAsTablesAre() {
    transcripts
        .ok("1", "a", "asr", "deu", "one two", "one")
        .ok("02", "a", "asr", "deu", "one two", "one two");
    options.put("scores", directory.resolve("scores").toString());
    options.put("score-groups", directory.resolve("groups").toString());
    score();
    options.put("runs", "02");
    score();
    assertThat(SPARK.read().parquet(options.get("scores")).collectAsList())
        .extracting(row -> row.getAs("run_id"))
        .containsExactlyInAnyOrder("1", "02");
    assertThat(SPARK.read().parquet(options.get("score-groups")).count()).isEqualTo(6);
  }

  @Test
  void passedThroughColumnsCanBeGroupedBy() {
    mixed();
    options.put("by", "room,speaker_cluster");
    score();
    assertThat(group("grouping = 'room'").<String>getAs("room")).isEqualTo("hall");
    assertThat(group("grouping = 'room,speaker_cluster'").<Integer>getAs("speaker_cluster"))
        .isEqualTo(1);
    assertThat(scores("room = 'hall'")).hasSize(4);
  }

  @Test
  void anUnknownColumnIsNamedWithThoseThatExist() {
    mixed();
    options.put("by", "langauge");
    assertThatThrownBy(this::score)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot group by langauge")
        .hasMessageContaining("language");
  }

  @Test
  void anUnknownRunIsNamedWithThoseThatExist() {
    mixed();
    options.put("runs", "x");
    assertThatThrownBy(this::score)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot find run: x")
        .hasMessageContaining("[r]");
  }

  @Test
  void intervalsHoldTheScoreAndDoNotDependOnPartitions() {
    PairedGolden golden = PairedGolden.read();
    paired(golden);
    options.put("resamples", "1000");
    score();
    Row first = group("run_id = 'a' AND grouping = 'all'");
    assertThat(first.<Double>getAs("wer")).isEqualTo(golden.few().get("wer").a(), within(1e-9));
    double width = first.<Double>getAs("wer_high") - first.<Double>getAs("wer_low");
    assertThat(width / 2 / golden.thousand().get("wer").half_width_a()).isBetween(0.85, 1.15);
    SPARK.conf().set("spark.sql.shuffle.partitions", "5");
    score();
    SPARK.conf().set("spark.sql.shuffle.partitions", "2");
    assertThat(group("run_id = 'a' AND grouping = 'all'")).isEqualTo(first);
  }

  @Test
  void twoRunsAreComparedAsSacreBleuDoes() {
    PairedGolden golden = PairedGolden.read();
    paired(golden);
    transcripts.ok("b", "surplus", "asr", "deu", "x", "y");
    options.put("resamples", "1000");
    options.put("metrics", "all");
    Score.Result result = Score.compare(SPARK, prepared(), "a", "b");
    assertThat(result.text()).contains("only in B: 1");
    for (CorpusMetric metric : CorpusMetric.values()) {
      PairedGolden.Expected expected = golden.thousand().get(metric.column());
      Row row = comparison("grouping = 'all' AND metric = '" + metric.column() + "'");
      assertThat(row.<Long>getAs("utterances")).isEqualTo(60);
      assertThat(row.<Double>getAs("a")).isEqualTo(expected.a(), within(1e-9));
      assertThat(row.<Double>getAs("b")).isEqualTo(expected.b(), within(1e-9));
      double error = 4 * Math.sqrt(2 * expected.p() * (1 - expected.p()) / 1000);
      assertThat(row.<Double>getAs("p_value")).isEqualTo(expected.p(), within(error));
      assertThat(row.<Double>getAs("difference"))
          .isBetween(row.<Double>getAs("difference_low"), row.<Double>getAs("difference_high"));
    }
  }

  @Test
  void runsWithDifferentReferencesAreNotCompared() {
    options.put("resamples", "50");
    transcripts.ok("a", "u", "asr", "deu", "x", "x").ok("b", "u", "asr", "deu", "y", "y");
    assertThatThrownBy(() -> Score.compare(SPARK, prepared(), "a", "b"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("different references, such as those of [u]");
  }

  @Test
  void theJsonHasNumbersNullsAndTotals() {
    mixed();
    options.put("resamples", "50");
    Score.Result result = new Score(SPARK, prepared()).run();
    JsonObject last =
        JsonParser.parseString(result.json()).getAsJsonArray().asList().stream()
            .map(element -> element.getAsJsonObject())
            .filter(row -> row.get("grouping").getAsString().equals("task"))
            .filter(row -> row.get("task").getAsString().equals("asr"))
            .findFirst()
            .orElseThrow();
    assertThat(last.get("language").getAsString()).isEqualTo("all");
    assertThat(last.get("bleu").isJsonNull()).isTrue();
    assertThat(last.get("utterances").getAsInt()).isEqualTo(2);
    assertThat(last.get("wer").getAsDouble()).isEqualTo(1 / 6.0, within(1e-12));
    assertThat(result.text()).contains("WER % [95 %]", "16.7 [");
  }

  private void mixed() {
    transcripts
        .ok("r", "a1", "asr", "deu", "eins zwei drei vier", "eins zwei drei vior")
        .ok("r", "a2", "asr", "deu", "fünf sechs", "fünf sechs")
        .ok("r", "s1", "st_eng", "deu", "the cat sat down", "the cat sat up")
        .ok("r", "s2", "st_eng", "fra", "it will rain on Monday", "it will rain on Monday");
  }

  private void paired(PairedGolden golden) {
    for (int i = 0; i < golden.references().size(); i++) {
      String id = String.format(Locale.ROOT, "utt-%03d", i);
      String reference = golden.references().get(i);
      transcripts
          .ok("a", id, "asr", "eng", reference, golden.a().get(i))
          .ok("b", id, "asr", "eng", reference, golden.b().get(i));
    }
  }

  private ScoreOptions prepared() {
    String table = transcripts.write();
    options.put("table", table);
    options.putIfAbsent("scores", table + "_scores");
    options.putIfAbsent("score-groups", table + "_groups");
    options.putIfAbsent("score-comparisons", table + "_comparisons");
    return ScoreOptions.of(SessionConf.of(Map.of(), options));
  }

  private String score() {
    new Score(SPARK, prepared()).run();
    return options.get("table");
  }

  private List<Row> scores(String condition) {
    return SPARK.table(options.get("scores")).filter(condition).collectAsList();
  }

  private List<Row> groups(String condition) {
    return SPARK.table(options.get("score-groups")).filter(condition).collectAsList();
  }

  private Row group(String condition) {
    List<Row> rows = groups(condition);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private Row comparison(String condition) {
    List<Row> rows =
        SPARK.table(options.get("score-comparisons")).filter(condition).collectAsList();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static double number(String sql) {
    return SPARK.sql(sql).first().getDouble(0);
  }
}
