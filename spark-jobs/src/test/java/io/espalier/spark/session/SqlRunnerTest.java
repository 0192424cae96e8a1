package io.espalier.spark.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class SqlRunnerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aTableIsPrintedUntruncated() {
    runner(SqlRunner.Format.TABLE).run("SELECT repeat('x', 300) AS long, 1 AS n");
    assertThat(out.toString()).contains("|" + "x".repeat(300) + "|1  |");
  }

  @Test
  void jsonIsAnArrayWithNulls() {
    runner(SqlRunner.Format.JSON)
        .run("SELECT id, IF(id = 0, NULL, array('é')) AS v FROM range(2) ORDER BY id");
    assertThat(out.toString().replace("\n", ""))
        .isEqualTo("[{\"id\":0,\"v\":null},{\"id\":1,\"v\":[\"é\"]}]");
  }

  @Test
  void csvQuotesWhatNeedsQuotes() {
    runner(SqlRunner.Format.CSV)
        .run("SELECT 'a,\"b' AS a, NULL AS b, X'00FF' AS c, 1.5D AS a, 'two\nlines' AS d");
    assertThat(out.toString()).isEqualTo("a,b,c,a,d\r\n\"a,\"\"b\",,AP8=,1.5,\"two\nlines\"\r\n");
  }

  @Test
  void csvIsReadBackAsItWasWritten() throws IOException {
    runner(SqlRunner.Format.CSV)
        .run("SELECT * FROM VALUES ('Über', ' a '), ('', '#'), ('-', 'b\\r')");
    try (CSVParser records = CSVParser.parse(out.toString(), CSVFormat.RFC4180)) {
      assertThat(records.stream().map(CSVRecord::toList))
          .containsExactly(
              List.of("col1", "col2"),
              List.of("Über", " a "),
              List.of("", "#"),
              List.of("-", "b\r"));
    }
  }

  @Test
  void statementsArePartedAtSemicolonsOutsideStringsAndComments() {
    runner(SqlRunner.Format.CSV)
        .run("SELECT ';' AS a; -- not; here\nSELECT /* nor; here */ 'it\\';s' AS b;");
    assertThat(out.toString()).isEqualTo("a\r\n;\r\nb\r\nit';s\r\n");
  }

  @Test
  void aStatementWithoutAResultPrintsNothing() {
    runner(SqlRunner.Format.TABLE).run("CREATE TABLE sql_runner_none (a INT)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anErrorAtThePromptDoesNotEndIt() throws IOException {
    boolean allWell = interact("SELECT nothing;\nSELECT 1\nAS a;\n");
    assertThat(allWell).isFalse();
    assertThat(err.toString()).contains("nothing");
    assertThat(out.toString()).isEqualTo("a\r\n1\r\n");
  }

  @Test
  void quitEndsThePrompt() throws IOException {
    assertThat(interact("quit\nSELECT 1;")).isTrue();
    assertThat(out.toString()).isEmpty();
  }

  private boolean interact(String text) throws IOException {
    return runner(SqlRunner.Format.CSV)
        .interact(new BufferedReader(new StringReader(text)), false, new PrintWriter(err, true));
  }

  private SqlRunner runner(SqlRunner.Format format) {
    return new SqlRunner(TestSpark.session(), format, new PrintWriter(out));
  }
}
