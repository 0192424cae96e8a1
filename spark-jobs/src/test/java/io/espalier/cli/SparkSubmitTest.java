package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of {@code spark-submit} see. */
@Tag("slow")
class SparkSubmitTest {
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();

  @TempDir Path directory;

  @BeforeEach
  void linkTheDemo() throws IOException {
    Files.createSymbolicLink(directory.resolve("demo"), DEMO);
  }

  @Test
  void progressAndSummaryAreAllThatAJobPrints() throws Exception {
    Subprocess job = transcribe(submit());
    assertThat(job.exitCode()).as(job.err()).isZero();
    List<String> lines = job.out().lines().toList();
    assertThat(lines).as(job.out()).hasSize(3);
    assertThat(lines.get(0)).startsWith("100 %  2 of 2 (2 committed)");
    assertThat(lines.get(1)).startsWith("Wrote 2 rows of 2 to transcripts");
    assertThat(lines.get(2)).contains("RTFx");
    assertThat(job.err()).doesNotContain(" INFO ").doesNotContain("\tat ");
  }

  @Test
  void verboseShowsSparksLogBesideThem() throws Exception {
    Subprocess job = transcribe(submit(), "--verbose");
    assertThat(job.err()).contains(" INFO ").contains("DAGScheduler");
    assertThat(job.out()).startsWith("100 %").doesNotContain(" INFO ");
  }

  @Test
  void sparksOwnKeySetsTheLevelOfTheLog() throws Exception {
    Subprocess sql = submit().run("sql", "-e", "SELECT 1", "--conf", "spark.log.level=INFO");
    assertThat(sql.err()).contains(" INFO ");
  }

  @Test
  void aLogThatTheUserHasConfiguredStays() throws Exception {
    Path mine = directory.resolve("mine.properties");
    Files.writeString(
        mine,
        """
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = MINE %p %c{1}: %m%n
        """);
    Subprocess sql =
        submit().with("-Dlog4j2.configurationFile=" + mine.toUri()).run("sql", "-e", "SELECT 1");
    assertThat(sql.exitCode()).as(sql.err()).isZero();
    assertThat(sql.err()).contains("MINE INFO SparkContext");
  }

  @Test
  void aTaskThatFailsIsToldInAFewLines() throws Exception {
    Subprocess sql =
        submit().run("sql", "-e", "SELECT sum(assert_true(id < 3) IS NULL::int) FROM range(5)");
    assertThat(sql.exitCode()).isNotZero();
    assertThat(sql.err()).doesNotContain("\tat ");
    assertThat(sql.err().lines()).as(sql.err()).hasSizeLessThan(8);
  }

  @Test
  void aGpuThatSparkCannotAssignNeverBecomesTheCpu() throws Exception {
    Subprocess job = transcribe(submit().with("-Dspark.executor.resource.gpu.amount=1"));
    assertThat(job.exitCode()).as(job.err()).isEqualTo(ExitCode.USAGE);
    assertThat(job.err()).contains("Cannot use a GPU that Spark assigns: in local mode");
  }

  private SparkSubmit submit() {
    return new SparkSubmit(directory, "local[2]");
  }

  private static Subprocess transcribe(SparkSubmit submit, String... more) throws Exception {
    return submit.run(
        Stream.concat(
                Stream.of(
                    "transcribe",
                    "--manifest",
                    "demo/manifest.parquet",
                    "--bundle",
                    "demo/bundle",
                    "--warehouse",
                    "warehouse",
                    "--pad",
                    "none",
                    "--beam",
                    "1",
                    "--limit",
                    "2"),
                Arrays.stream(more))
            .toArray(String[]::new));
  }
}
