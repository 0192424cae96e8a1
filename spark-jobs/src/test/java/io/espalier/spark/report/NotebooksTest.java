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
 * Runs every paragraph of the Zeppelin notes against tables that the pipeline wrote, and checks
 * that Jupyter's notebooks have the same queries in a valid form. {@code
 * -Despalier.notebooks=write} makes the notes anew from the catalogue of charts.
 */
class NotebooksTest {
  private static final Path NOTEBOOKS = Path.of("../notebooks");

  @BeforeAll
  static void writeTheTables() throws IOException {
    PipelineRuns.tables();
    if (System.getProperty("espalier.notebooks", "").equals("write")) {
      for (NoteFile note : notes()) {
        Files.writeString(NOTEBOOKS.resolve(note.fileName()), note.json());
      }
    }
  }

  @Test
  void theNotesShowTheChartsOfTheReport() throws IOException {
    List<String> expected = new ArrayList<>();
    for (NoteFile note : notes()) {
      expected.add(note.fileName());
      assertThat(NOTEBOOKS.resolve(note.fileName()))
          .as("mvn test -Dtest=NotebooksTest -Despalier.notebooks=write mends it")
          .hasContent(note.json());
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

  @Test
  void jupytersNotebooksAreValidAndHaveTheSameQueries() throws IOException {
    for (ChartCatalog.Note note : ChartCatalog.notes()) {
      String zeppelin = Files.readString(NOTEBOOKS.resolve(note.name() + ".zpln"));
      String jupyter = Files.readString(NOTEBOOKS.resolve(note.name() + ".ipynb"));
      assertThat(JupyterFormat.sources(jupyter, "code"))
          .filteredOn(source -> source.startsWith("show("))
          .hasSameSizeAs(note.charts())
          .zipSatisfy(
              ZeppelinNote.queries(zeppelin),
              (source, paragraph) ->
                  assertThat(source)
                      .contains(paragraph.sql().replaceAll("\\$\\{(\\w+)=[^}]*}", "{$1}").strip()));
    }
  }

  @Test
  void everyNoteSaysForWhatItIs() throws IOException {
    for (ChartCatalog.Note note : ChartCatalog.notes()) {
      assertThat(Files.readString(NOTEBOOKS.resolve(note.name() + ".zpln")))
          .contains("For Zeppelin 0.11 and 0.12 with Spark 3.5");
      String jupyter = Files.readString(NOTEBOOKS.resolve(note.name() + ".ipynb"));
      assertThat(JupyterFormat.sources(jupyter, "markdown").get(0))
          .contains("For Jupyter with PySpark 3.5 or 4.1");
    }
  }

  private static List<NoteFile> notes() {
    return ChartCatalog.notes().stream()
        .flatMap(
            note ->
                Stream.<NoteFile>of(
                    new ZeppelinNote(note, NotebooksTest::columns), new JupyterNote(note)))
        .toList();
  }

  private static List<ZeppelinNote.Paragraph> paragraphs() throws IOException {
    List<ZeppelinNote.Paragraph> paragraphs = new ArrayList<>();
    try (Stream<Path> files = Files.list(NOTEBOOKS)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".zpln")).sorted().toList()) {
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
