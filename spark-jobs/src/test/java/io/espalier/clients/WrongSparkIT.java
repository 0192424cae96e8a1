package io.espalier.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both jars on a Spark, and a Scala, for which they are not built. */
@Tag("slow")
class WrongSparkIT {
  private static final String QUERY = "SELECT wer('a b c', 'a x c')";

  @TempDir Path directory;
  private SparkClient client;
  private String sentence;

  @BeforeEach
  void prepare() throws Exception {
    client = new SparkClient(PySpark.ofAnotherBuild(), directory);
    PySpark here = PySpark.ofThisBuild();
    sentence =
        "This jar of Espalier is for Spark "
            + (here.isSpark4() ? "4.1 with Scala 2.13" : "3.5 with Scala 2.12")
            + ", but this is Spark "
            + client.pySpark().version()
            + " with Scala ";
  }

  @Test
  void aCallOfAFunctionSaysSo() throws Exception {
    Program sql =
        client.run(
            Map.of(),
            "",
            "spark-sql",
            "--jars",
            SparkClient.functionsJar().toString(),
            "-e",
            QUERY);
    assertThat(sql.exitCode()).isNotZero();
    assertThat(sql.err())
        .contains("Cannot call wer. " + sentence)
        .doesNotContain("AbstractMethodError")
        .doesNotContain("NoClassDefFoundError");
  }

  @Test
  void otherQueriesGoOn() throws Exception {
    Program sql =
        client.run(
            Map.of(),
            "",
            "spark-sql",
            "--jars",
            SparkClient.functionsJar().toString(),
            "-e",
            "SELECT 40 + 2");
    assertThat(sql.exitCode()).as(sql.err()).isZero();
    assertThat(sql.out()).contains("42");
  }

  @Test
  void pythonGetsTheSentenceAsAnErrorOfItsOwn() throws Exception {
    Program python =
        client.submit(
            """
            from pyspark.errors import UnsupportedOperationException
            from pyspark.sql import SparkSession
            spark = SparkSession.builder.getOrCreate()
            try:
                spark.sql("SELECT wer('a', 'b')").collect()
            except UnsupportedOperationException as e:
                print(e)
            """,
            "--jars",
            SparkClient.functionsJar().toString(),
            "--conf",
            "spark.sql.extensions=io.espalier.udfs.EspalierFunctions");
    assertThat(python.exitCode()).as(python.err()).isZero();
    assertThat(python.out()).startsWith("Cannot call wer. " + sentence);
  }

  @Test
  void theCommandLineSaysSoBeforeAnythingElse() throws Exception {
    Program info =
        client.run(
            Map.of(),
            "",
            "spark-submit",
            "--class",
            "io.espalier.cli.Espalier",
            SparkClient.bigJar().toString(),
            "info");
    assertThat(info.exitCode()).isEqualTo(3);
    assertThat(info.err()).contains(sentence).doesNotContain("\tat ");
    assertThat(info.out()).isEmpty();
  }
}
