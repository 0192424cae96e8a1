package io.espalier.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.TestSpark;
import io.espalier.spark.run.PipelineRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Runs every paragraph of the Zeppelin notes against tables that the pipeline wrote. {@code
 * -Despalier.notebooks=write} makes the notes anew from the catalogue of charts.
 */
class NotebooksTest {
  private static final Path NOTEBOOKS = Path.of("../notebooks");

  @BeforeAll
  static void writeTheTables() throws IOException {
    PipelineRuns.tables();
    if (System.getProperty("espalier.notebooks", "").equals("write")) {
      for (ChartCatalog.Note note : ChartCatalog.notes()) {
        ZeppelinNote zeppelin = new ZeppelinNote(note, NotebooksTest::columns);
        Files.writeString(NOTEBOOKS.resolve(zeppelin.fileName()), zeppelin.json());
      }
    }
  }

  @Test
  void theNotesShowTheChartsOfTheReport() throws IOException {
    List<String> expected = new ArrayList<>();
    for (ChartCatalog.Note note : ChartCatalog.notes()) {
      ZeppelinNote zeppelin = new ZeppelinNote(note, NotebooksTest::columns);
      expected.add(zeppelin.fileName());
      assertThat(NOTEBOOKS.resolve(zeppelin.fileName()))
          .as("mvn test -Dtest=NotebooksTest -Despalier.notebooks=write mends it")
          .hasContent(zeppelin.json());
    }
    try (Stream<Path> files = Files.list(NOTEBOOKS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void everyParagraphRunsAndHasTheColumnsOfItsChart() throws IOException {
    for (ZeppelinNote.Paragraph paragraph : paragraphs()) {
      for (String run : List.of("%", "pruned")) {
        Dataset<Row> result = run(paragraph, run);
        paragraph
            .columns()
            .forEach(
                column ->
                    assertThat(result.columns()[column.getKey()])
                        .as(paragraph.title())
                        .isEqualTo(column.getValue()));
        assertThat(result.collectAsList()).as(paragraph.title()).isNotEmpty();
      }
    }
  }

  @Test
  void theRunFormChoosesTheRun() throws IOException {
    for (ZeppelinNote.Paragraph paragraph : paragraphs()) {
      Dataset<Row> result = run(paragraph, "pruned");
      if (List.of(result.columns()).contains("run")) {
        assertThat(result.collectAsList())
            .extracting(row -> row.getAs("run"))
            .containsOnly("pruned");
      }
    }
  }

  @Test
  void aModelWithoutGatesIsOpenEverywhere() throws IOException {
    List<ZeppelinNote.Paragraph> gates =
        ZeppelinNote.queries(Files.readString(NOTEBOOKS.resolve("Gates.zpln")));
    assertThat(gates).hasSize(4);
    for (ZeppelinNote.Paragraph paragraph : gates) {
      assertThat(run(paragraph, "dense").collectAsList())
          .extracting(row -> row.getAs("open_percent"))
          .containsOnly(100.0);
    }
  }

  @Test
  void closedGatesShowWhereTheyAre() throws IOException {
    ZeppelinNote.Paragraph languages =
        ZeppelinNote.queries(Files.readString(NOTEBOOKS.resolve("Gates.zpln"))).get(2);
    // The double closes ffn1 and att in one layer of four, whichever the language.
    List<Row> rows = run(languages, "pruned").filter("language = 'eng'").collectAsList();
    assertThat(rows)
        .filteredOn(row -> row.getAs("module").equals("ffn1"))
        .extracting(row -> row.getAs("open_percent"))
        .containsExactly(75.0);
    assertThat(rows)
        .filteredOn(row -> row.getAs("module").equals("cgmlp"))
        .extracting(row -> row.getAs("open_percent"))
        .containsExactly(100.0);
  }

  private static List<ZeppelinNote.Paragraph> paragraphs() throws IOException {
    List<ZeppelinNote.Paragraph> paragraphs = new ArrayList<>();
    try (Stream<Path> files = Files.list(NOTEBOOKS)) {
      for (Path file : files.sorted().toList()) {
        paragraphs.addAll(ZeppelinNote.queries(Files.readString(file)));
      }
    }
    return paragraphs;
  }

  private static List<String> columns(String sql) {
    return List.of(run(sql, "%").columns());
  }

  private static Dataset<Row> run(ZeppelinNote.Paragraph paragraph, String run) {
    return run(paragraph.sql(), run);
  }

  private static Dataset<Row> run(String form, String run) {
    String sql =
        form.replace("${catalog=espalier.default}", PipelineRuns.NAMESPACE)
            .replace("${transcripts=transcripts}", "transcripts")
            .replace("${comparison=compare_compare}", "comparison")
            .replace("${run=%}", run);
    assertThat(sql).doesNotContain("${");
    return TestSpark.session().sql(sql);
  }
}
