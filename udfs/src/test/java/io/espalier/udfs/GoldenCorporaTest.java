package io.espalier.udfs;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.udfs.metrics.GoldenRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden rows through SQL: every row and every language as a corpus, in local Spark. */
class GoldenCorporaTest {
  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start();
    StructType schema =
        new StructType()
            .add("language", DataTypes.StringType)
            .add("reference", DataTypes.StringType)
            .add("references", DataTypes.createArrayType(DataTypes.StringType))
            .add("hypothesis", DataTypes.StringType)
            .add("wer", DataTypes.DoubleType)
            .add("cer", DataTypes.DoubleType)
            .add("bleu", DataTypes.DoubleType)
            .add("chrf", DataTypes.DoubleType)
            .add("english", DataTypes.StringType);
    List<Row> data = new ArrayList<>();
    for (GoldenRow row : GoldenRow.all()) {
      data.add(
          RowFactory.create(
              row.language(),
              row.reference(),
              row.references().toArray(new String[0]),
              row.hypothesis(),
              row.number("wer"),
              row.number("cer"),
              row.number("bleu", 0),
              row.number("chrf", 0),
              row.text("english")));
    }
    rows = spark.createDataFrame(data, schema).repartition(3).cache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static List<JsonNode> corpora() throws IOException {
    List<JsonNode> corpora = new ArrayList<>();
    new ObjectMapper()
        .readTree(
            new GZIPInputStream(GoldenRow.class.getResourceAsStream("golden-corpora.json.gz")))
        .forEach(corpora::add);
    return corpora;
  }

  @Test
  void everyRowsScoresEqualThePythonPackages() {
    Dataset<Row> wrong =
        rows.where(
            "abs(wer(reference, hypothesis) - wer) > 1e-9"
                + " OR abs(cer(reference, hypothesis) - cer) > 1e-9"
                + " OR abs(sentence_bleu(references, hypothesis) - bleu) > 1e-9"
                + " OR abs(sentence_chrf(references, hypothesis) - chrf) > 1e-9"
                + " OR normalize_text(reference, 'english') != english");
    assertThat(wrong.collectAsList()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void corpusErrorRatesEqualJiwers(JsonNode corpus) {
    Row scores =
        rowsOf(corpus)
            .agg(
                expr("corpus_wer(reference, hypothesis)"),
                expr("corpus_cer(reference, hypothesis)"))
            .head();
    assertThat(scores.getDouble(0)).isCloseTo(corpus.get("wer").doubleValue(), within(1e-9));
    assertThat(scores.getDouble(1)).isCloseTo(corpus.get("cer").doubleValue(), within(1e-9));
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void corpusBleuOfEveryOptionEqualsSacrebleus(JsonNode corpus) {
    List<Column> calls = new ArrayList<>();
    for (JsonNode expected : corpus.get("bleu")) {
      for (String references : List.of("reference", "references")) {
        calls.add(expr("corpus_bleu(%s, hypothesis, %s)".formatted(references, options(expected))));
      }
    }
    Row scores = aggregate(rowsOf(corpus), calls);
    int column = 0;
    for (JsonNode expected : corpus.get("bleu")) {
      for (int i = 4; i <= 5; i++) {
        assertThat(scores.getDouble(column++))
            .as("%s %s", expected, i)
            .isCloseTo(expected.get(i).doubleValue(), within(1e-9));
      }
    }
  }

  @Test
  void signaturesEqualSacrebleusButForTheVersion() throws IOException {
    JsonNode corpus = corpora().get(0);
    List<Column> calls = new ArrayList<>();
    for (JsonNode expected : corpus.get("bleu")) {
      for (String references : List.of("reference", "references")) {
        calls.add(
            expr(
                "corpus_bleu_detail(%s, hypothesis, %s).signature"
                    .formatted(references, options(expected))));
      }
    }
    Row signatures = aggregate(rowsOf(corpus).limit(300), calls);
    int column = 0;
    for (JsonNode expected : corpus.get("bleu")) {
      for (int i = 6; i <= 7; i++) {
        assertThat(signatures.getString(column++))
            .isEqualTo(expected.get(i).textValue().replaceAll("version:.*", "version:espalier-1"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void corpusChrfOfEveryVariantEqualsSacrebleus(JsonNode corpus) {
    List<String> options =
        List.of("", ", 2", ", 2, true, true, true", ", 1, false, false, true, 4, 3");
    List<Column> calls = new ArrayList<>();
    for (String option : options) {
      calls.add(expr("corpus_chrf(reference, hypothesis%s)".formatted(option)));
      calls.add(expr("corpus_chrf(references, hypothesis%s)".formatted(option)));
    }
    Row scores = aggregate(rowsOf(corpus), calls);
    for (int i = 0; i < calls.size(); i++) {
      assertThat(scores.getDouble(i))
          .as(calls.get(i).toString())
          .isCloseTo(corpus.get("chrf").get(i / 2).get(i % 2).doubleValue(), within(1e-9));
    }
  }

  private static Dataset<Row> rowsOf(JsonNode corpus) {
    String name = corpus.get("name").textValue();
    return name.equals("all") ? rows : rows.where("language = '%s'".formatted(name));
  }

  private static String options(JsonNode expected) {
    return "'%s', '%s', %s, %s"
        .formatted(
            expected.get(0).textValue(),
            expected.get(1).textValue(),
            expected.get(3).booleanValue(),
            expected.get(2).isNull() ? "NULL" : expected.get(2).toString());
  }

  private static Row aggregate(Dataset<Row> rows, List<Column> calls) {
    return rows.agg(calls.get(0), calls.subList(1, calls.size()).toArray(new Column[0])).head();
  }
}
