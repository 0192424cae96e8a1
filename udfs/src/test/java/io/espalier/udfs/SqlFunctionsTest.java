package io.espalier.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFunctionsTest {
  private static final String ROWS =
      " FROM VALUES ('de', 'a b', 'a b'), ('de', 'c d', 'c x'), ('de', NULL, 'x'), ('en', 'e',"
          + " NULL), ('en', 'f g h i', 'f'), ('fr', NULL, 'y') AS t(language, r, h)";

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wer(NULL, 'a')",
        "wer('a', NULL)",
        "cer(NULL, NULL)",
        "word_edits(CAST(NULL AS STRING), 'a')",
        "char_edits('a', NULL)",
        "sentence_bleu('a', NULL)",
        "sentence_bleu(array(), 'a')",
        "sentence_bleu(array(CAST(NULL AS STRING)), 'a')",
        "bleu_stats(NULL, 'a')",
        "sentence_chrf(NULL, 'a', 2)",
        "normalize_text(NULL)",
        "normalize_text(CAST(NULL AS STRING), 'english')",
        "gate_open(NULL, 0, 'att')",
        "gate_open('1111', NULL, 'att')",
        "cosine_similarity(NULL, array(1.0D))",
        "cosine_similarity(array(0.0D), array(1.0D))",
        "cosine_similarity(array(1.0D, NULL), array(1.0D, 2.0D))",
        "corpus_wer('a', CAST(NULL AS STRING))",
        "corpus_bleu(NULL, NULL)",
        "corpus_bleu_detail(NULL, 'a')",
        "corpus_chrf('a', NULL)",
        "adjusted_rand_index('a', NULL)",
        "adjusted_rand_index(CAST(NULL AS STRING), 1)"
      })
  void nullInGivesNullOut(String call) {
    assertThat(value("SELECT " + call)).isNull();
  }

  @Test
  void aggregatesSkipRowsWithNullAndGiveNullWithoutARow() {
    assertThat(rows("SELECT language, corpus_wer(r, h)" + ROWS + " GROUP BY language ORDER BY 1"))
        .containsExactly(row("de", 0.25), row("en", 0.75), row("fr", null));
  }

  @Test
  void theAdjustedRandIndexComparesGroupsOfAllTypesWithFilterDistinctGroupsAndWindows() {
    String rows =
        " FROM VALUES ('x', 'a', 0), ('x', 'a', 0), ('x', 'b', 1), ('x', 'b', 2), ('y', 'a', 0),"
            + " ('y', 'a', 1), ('y', 'b', 0), ('y', 'b', 1), ('y', NULL, 1) AS t(g, s, c)";
    assertThat(
            rows("SELECT g, round(adjusted_rand_index(s, c), 6)" + rows + " GROUP BY g ORDER BY 1"))
        .containsExactly(row("x", 0.571429), row("y", -0.5));
    assertThat(
            rows(
                "SELECT round(adjusted_rand_index(s, c) FILTER (WHERE g = 'y'), 6),"
                    + " adjusted_rand_index(s = 'a', c > 0) FILTER (WHERE g = 'x'),"
                    + " round(adjusted_rand_index(DISTINCT s, c) FILTER (WHERE g = 'y'), 6)"
                    + rows))
        .containsExactly(row(-0.5, 1.0, -0.5));
    assertThat(
            rows(
                "SELECT g, round(adjusted_rand_index(s, c) OVER (PARTITION BY g), 6)"
                    + rows
                    + " ORDER BY 1 DESC LIMIT 1"))
        .containsExactly(row("y", -0.5));
  }

  @Test
  void aggregatesWorkWithFilterDistinctAndHaving() {
    assertThat(
            rows(
                "SELECT corpus_wer(r, h) FILTER (WHERE language = 'de'), corpus_wer(DISTINCT r, h),"
                    + " count(DISTINCT language), corpus_cer(r, h)"
                    + ROWS
                    + " HAVING corpus_wer(r, h) > 0.1"))
        .containsExactly(row(0.25, 0.5, 3L, 7 / 13.0));
  }

  @Test
  void aggregatesWorkOverWindows() {
    assertThat(
            rows(
                "SELECT language, corpus_wer(r, h) OVER (PARTITION BY language)"
                    + ROWS
                    + " ORDER BY 1 LIMIT 1"))
        .containsExactly(row("de", 0.25));
  }

  @Test
  void aggregatesGiveTheSameWhateverThePartitions() {
    String query =
        "SELECT corpus_bleu(r, h) FROM (SELECT /*+ REPARTITION(%d) */ concat('the house number ',"
            + " id, ' is old') AS r, concat('the house number ', id %% 7, ' is old') AS h FROM"
            + " range(200))";
    assertThat(value(String.format(Locale.ROOT, query, 1)))
        .isEqualTo(value(String.format(Locale.ROOT, query, 7)));
  }

  @Test
  void aggregatesWorkWithoutHashAggregation() {
    spark.conf().set("spark.sql.execution.useHashAggregateExec", "false");
    try {
      assertThat(rows("SELECT language, corpus_wer(r, h)" + ROWS + " GROUP BY language ORDER BY 1"))
          .containsExactly(row("de", 0.25), row("en", 0.75), row("fr", null));
    } finally {
      spark.conf().unset("spark.sql.execution.useHashAggregateExec");
    }
  }

  @Test
  void bleuStatisticsOfRowsSumToTheCorpuss() {
    List<Object> row =
        rows("SELECT sum(s.correct[0]), sum(s.sys_len), max(d.correct[0]), max(d.sys_len) FROM"
                + " (SELECT bleu_stats(r, h) AS s"
                + ROWS
                + "), (SELECT corpus_bleu_detail(r, h) AS d"
                + ROWS
                + ")")
            .get(0);
    assertThat(row.get(0)).isEqualTo(row.get(2)).isEqualTo(4L);
    assertThat(row.get(1)).isEqualTo(row.get(3)).isEqualTo(5L);
  }

  @Test
  void theDetailsSignatureSaysWhenTheNumberOfReferencesVaries() {
    assertThat(
            value(
                "SELECT corpus_bleu_detail(r, 'a', 'intl', 'floor', true, 0.25).signature FROM"
                    + " VALUES (array('a')), (array('a', 'b')) AS t(r)"))
        .isEqualTo("nrefs:var|case:lc|eff:no|tok:intl|smooth:floor[0.25]|version:espalier-1");
  }

  @Test
  void gatesAreReadByLayerAndModuleFromTheStructOfATranscriptsTable() {
    String gates =
        "named_struct('encoder', '01111101', 'decoder', '110101', 'open_encoder', 0.75D,"
            + " 'open_decoder', 0.6D)";
    assertThat(value("SELECT gate_open(" + gates + ", 0, 'ffn1')")).isEqualTo(false);
    assertThat(value("SELECT gate_open(" + gates + ", 0, 'att')")).isEqualTo(true);
    assertThat(value("SELECT gate_open(" + gates + ", 1, 'cgmlp')")).isEqualTo(false);
    assertThat(value("SELECT gate_open(" + gates + ", 1, 'ffn2')")).isEqualTo(true);
    assertThat(value("SELECT gate_open(" + gates + ", 0, 'ffn')")).isEqualTo(false);
    assertThat(value("SELECT gate_open(" + gates + ", 1, 'src')")).isEqualTo(false);
    assertThat(value("SELECT gate_open(" + gates + ", 1, 'self')")).isEqualTo(true);
  }

  @Test
  void crossAttentionsBehindThePlusAreNoLayers() {
    assertThat(value("SELECT gate_open('11111101+10', 1, 'cgmlp')")).isEqualTo(false);
    assertThat(value("SELECT gate_open('11111101+10', 1, 'ffn2')")).isEqualTo(true);
  }

  @Test
  void aLayerThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> value("SELECT gate_open('1111+1111', 1, 'att')"))
        .hasStackTraceContaining("Cannot find layer: 1, gates 1111+1111 have layers 0 to 0");
    assertThatThrownBy(() -> value("SELECT gate_open('1111', 1, 'att')"))
        .hasStackTraceContaining("Cannot find layer: 1, gates 1111 have layers 0 to 0");
  }

  @Test
  void floatAndDoubleVectorsCompare() {
    assertThat(
            value(
                "SELECT cosine_similarity(array(CAST(3 AS FLOAT), CAST(4 AS FLOAT)), array(1.0D,"
                    + " 0.0D))"))
        .isEqualTo(0.6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wer(1, 'a') | Cannot call wer: argument 1 (reference) is INT, must be STRING",
        "wer('a', array('a')) | argument 2 (hypothesis) is ARRAY<STRING>, must be STRING",
        "wer('a') | Cannot call wer with 1 arguments, must be 2. Usage: wer(reference, hypothesis)",
        "cer('a', 'b', 'c') | Cannot call cer with 3 arguments, must be 2",
        "corpus_bleu('a', 'b', '14a') | Cannot find BLEU tokenizer: 14a, must be one of 13a, intl,",
        "sentence_bleu('a', 'b', NULL, 'none ', 1) | argument 5 (lowercase) is INT, must be"
            + " BOOLEAN",
        "corpus_bleu('a', 'b', '13a', 'good') | Cannot find BLEU smoothing: good, must be one of"
            + " exp,",
        "corpus_bleu('a', 'b', '13a', 'floor', false, -1) | Cannot smooth BLEU with -1.0",
        "sentence_bleu(array(1), 'b') | is ARRAY<INT>, must be STRING or ARRAY<STRING>",
        "sentence_chrf('a', 'b', -1) | Cannot compute chrF with character order 6, word order -1",
        "corpus_wer('a', true) | Cannot call corpus_wer: argument 2 (hypothesis) is BOOLEAN",
        "normalize_text('a', 'french') | Cannot find normalizer: french, must be one of basic,"
            + " english",
        "gate_open(1, 0, 'att') | argument 1 (gates) is INT",
        "gate_open('1', 0.5, 'att') | argument 2 (layer) is DECIMAL(1,1), must be INT",
        "gate_open(named_struct('a', 'b'), 0, 'att') | argument 1 (gates) is STRUCT<a: STRING",
        "adjusted_rand_index(array('a'), 1) | argument 1 (label) is ARRAY<STRING>",
        "cosine_similarity(array('a'), array(1.0D)) | argument 1 (left) is ARRAY<STRING>",
      })
  void aWrongCallFailsBeforeTheQueryRunsAndSaysWhy(String call, String message) {
    assertThatThrownBy(() -> spark.sql("SELECT " + call))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anOptionMustBeTheSameForAllRows() {
    assertThatThrownBy(() -> spark.sql("SELECT corpus_bleu(t, t, t) FROM VALUES ('13a') AS v(t)"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("argument 3 (tokenizer) is v.t, must be a constant");
  }

  @Test
  void functionsWorkInViewsSubqueriesAndJoins() {
    spark.sql("CREATE OR REPLACE TEMP VIEW t AS SELECT id, 'a b' AS r, 'a x' AS h FROM range(3)");
    assertThat(
            rows(
                "SELECT a.id, wer(a.r, b.h) FROM t a JOIN t b ON a.id = b.id AND wer(a.r, b.h) <"
                    + " (SELECT 1 + corpus_wer(r, h) FROM t) ORDER BY 1 LIMIT 1"))
        .containsExactly(row(0L, 0.5));
  }

  private static Object value(String sql) {
    return spark.sql(sql).head().get(0);
  }

  private static List<List<Object>> rows(String sql) {
    return spark.sql(sql).collectAsList().stream().map(SqlFunctionsTest::list).toList();
  }

  private static List<Object> list(Row row) {
    Object[] values = new Object[row.size()];
    Arrays.setAll(values, row::get);
    return Arrays.asList(values);
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }
}
