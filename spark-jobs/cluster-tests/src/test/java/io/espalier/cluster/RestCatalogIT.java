package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in a catalog that is reached by REST. */
@Tag("slow")
class RestCatalogIT {
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+");

  @TempDir static Path directory;

  private static EmbeddedPostgres postgres;
  private static Daemon server;
  private static SparkHome spark;
  private static Map<String, String> catalog;

  @BeforeAll
  static void startTheServer() throws Exception {
    spark = SparkHome.in(directory.resolve("spark"));
    postgres = EmbeddedPostgres.builder().start();
    Path tables = Files.createDirectory(directory.resolve("tables"));
    String classPath =
        String.join(
            ":",
            Product.testClasses().toString(),
            Product.JAR.toString(),
            Product.path("espalier.connectors") + "/*",
            spark.path() + "/jars/*");
    server =
        Daemon.start(
            "rest",
            directory,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath,
                RestCatalogServer.class.getName(),
                tables.toUri().toString(),
                postgres.getJdbcUrl("postgres", "postgres")));
    catalog =
        Map.of(
            "spark.sql.catalog.espalier.type", "rest",
            "spark.sql.catalog.espalier.uri", server.waitFor(URL),
            "spark.sql.catalog.espalier.rest.auth.type", "oauth2",
            "spark.sql.catalog.espalier.oauth2-server-uri", "http://127.0.0.1:1/tokens",
            "spark.sql.catalog.espalier.token", RestCatalogServer.TOKEN);
  }

  @AfterAll
  static void stopTheServer() throws Exception {
    for (AutoCloseable started : new AutoCloseable[] {server, postgres}) {
      if (started != null) {
        started.close();
      }
    }
  }

  @Test
  void aWholeJobKeepsItsTablesThere() throws Exception {
    spark.withDefaults(catalog);
    Call manifest =
        submit("manifest", Product.DEMO.resolve("manifest.parquet").toString(), "-o", "recordings");
    assertThat(manifest.exitCode()).as(manifest.said()).isZero();
    Call some =
        submit("sql", "-e", "CREATE TABLE few AS SELECT * FROM recordings ORDER BY utt_id LIMIT 8");
    assertThat(some.exitCode()).as(some.said()).isZero();

    Call job =
        submit(
            "transcribe",
            "--manifest",
            "few",
            "--bundle",
            Product.DEMO.resolve("bundle").toString(),
            "--pad",
            "none",
            "--beam",
            "1",
            "--commit-every",
            "4");
    assertThat(job.exitCode()).as(job.said()).isZero();
    assertThat(job.out()).contains("8 transcribed, 0 failed");
    assertThat(directory.resolve("tables/default/transcripts/metadata")).isDirectory();

    Call verify = submit("verify", "few", "--table", "transcripts");
    assertThat(verify.exitCode()).as(verify.said()).isZero();
    Call score = submit("score", "--resamples", "10");
    assertThat(score.exitCode()).as(score.said()).isZero();
    Call sql =
        submit(
            "sql",
            "--format",
            "csv",
            "-e",
            "SELECT count(*) AS n FROM transcripts JOIN scores USING (run_id, utt_id)");
    assertThat(sql.out()).as(sql.said()).isEqualTo("n\r\n8\r\n");
  }

  @Test
  void aServiceThatRefusesOrDoesNotAnswerIsOneSentence() throws Exception {
    Map<String, String> conf = new HashMap<>(catalog);
    conf.put("spark.sql.catalog.espalier.token", "wrong");
    spark.withDefaults(conf);
    Call refused = submit("sql", "-e", "SHOW TABLES");
    assertThat(refused.exitCode()).as(refused.said()).isNotZero();
    assertThat(Sentence.of(refused))
        .startsWith("Cannot use the catalog: it refuses access (")
        .endsWith("Set its credential or token");

    conf.put("spark.sql.catalog.espalier.uri", "http://127.0.0.1:1");
    spark.withDefaults(conf);
    Call silent = submit("sql", "-e", "SHOW TABLES");
    assertThat(silent.exitCode()).as(silent.said()).isNotZero();
    assertThat(Sentence.of(silent))
        .startsWith("Cannot reach the catalog: ")
        .contains("127.0.0.1:1")
        .endsWith("Check its uri");
  }

  private static Call submit(String... arguments) throws Exception {
    return Script.of("spark-submit-standalone.sh", directory, spark)
        .with(Map.of("MASTER", "local[2]"))
        .run(arguments);
  }
}
