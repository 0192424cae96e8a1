package io.espalier.udfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.execution.HiveResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FunctionExamplesTest {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static List<FunctionDefinition> functions() {
    return EspalierFunctions.all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyExamplePrintsWhatItsDescriptionSays(FunctionDefinition function) {
    assertThat(function.examples()).isNotEmpty();
    for (FunctionDefinition.Example example : function.examples()) {
      assertThat(print(example.sql())).as(example.sql()).isEqualTo(example.output());
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void describeFunctionExtendedShowsUsageArgumentsAndAnExample(FunctionDefinition function) {
    List<Row> lines = spark.sql("DESCRIBE FUNCTION EXTENDED " + function.name()).collectAsList();
    assertThat(lines.toString())
        .contains("Usage: " + function.signature() + " - Returns ")
        .contains("* " + function.parameters().get(0).name() + " - ")
        .contains("> " + function.examples().get(0).sql());
  }

  @Test
  void showFunctionsListsThem() {
    assertThat(spark.sql("SHOW FUNCTIONS").collectAsList())
        .extracting(row -> row.getString(0))
        .contains("wer", "corpus_bleu", "normalize_text", "gate_open");
  }

  @Test
  void theColumnIsNamedAfterTheCall() {
    assertThat(spark.sql("SELECT wer('a', 'b'), corpus_wer('a', 'b')").columns())
        .containsExactly("wer(a, b)", "corpus_wer(a, b)");
  }

  @Test
  void aSessionMadeWithoutThemGetsThemLater() {
    SparkSession session = spark.newSession();
    session.sessionState().functionRegistry().dropFunction(new FunctionIdentifier("wer"));
    assertThat(session.catalog().functionExists("wer")).isFalse();
    EspalierFunctions.register(session);
    assertThat(session.sql("SELECT wer('a b', 'a c')").first().getDouble(0)).isEqualTo(0.5);
  }

  private static String print(String sql) {
    Dataset<Row> result = spark.sql(sql);
    return HiveResult.hiveResultString(result.queryExecution().executedPlan()).mkString("\n");
  }
}
