package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audio, manifest, bundle and tables on an S3 server, and tables in an Iceberg catalog on
 * PostgreSQL, on a standalone master with two workers.
 */
@Tag("slow")
class StorageIT {
  private static final int RECORDINGS = 6;

  @TempDir static Path directory;

  private static S3Server s3;
  private static EmbeddedPostgres postgres;
  private static SparkHome spark;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startTheServers() throws Exception {
    s3 = S3Server.start(directory);
    Path local = directory.resolve("local");
    Product.copyAudio(local.resolve("audio"), RECORDINGS);
    Product.copyAudio(local.resolve("holes/audio"), RECORDINGS);
    Product.copyBundle(local.resolve("bundle"));
    postgres = EmbeddedPostgres.builder().start();
    spark = SparkHome.in(directory.resolve("spark")).withDefaults(storage());
    s3.makeBucket("corpus");
    s3.shell(
        spark,
        "-put",
        "-d",
        local + "/audio",
        local + "/holes",
        local + "/bundle",
        "s3a://corpus/");
    cluster = StandaloneCluster.start(spark, directory);
    cluster.worker(1, "1g", Map.of()).worker(1, "1g", Map.of());
    Call manifest =
        submit(
            "manifest", "s3a://corpus/audio", "-o", "s3a://corpus/manifest", "--language", "eng");
    assertThat(manifest.exitCode()).as(manifest.said()).isZero();
  }

  @AfterAll
  static void stopTheServers() throws Exception {
    for (AutoCloseable server : new AutoCloseable[] {cluster, postgres, s3}) {
      if (server != null) {
        server.close();
      }
    }
  }

  @Test
  void anObjectThatIsMissingFailsItsRowAlone() throws Exception {
    Call manifest =
        submit(
            "manifest",
            "s3a://corpus/holes/audio",
            "-o",
            "s3a://corpus/holes/manifest",
            "--language",
            "eng");
    assertThat(manifest.exitCode()).as(manifest.said()).isZero();
    String first =
        s3.shell(spark, "-ls", "-C", "s3a://corpus/holes/audio").lines().findFirst().orElseThrow();
    s3.shell(spark, "-rm", first);

    Call job =
        transcribe(
            "s3a://corpus/holes/manifest",
            "--table",
            "s3a://corpus/holes/transcripts",
            "--max-failed-fraction",
            "0.5");
    assertThat(job.exitCode()).as(job.said()).isZero();
    assertThat(job.out()).contains("5 transcribed, 1 failed");
    assertThat(job.err()).doesNotContain("\tat ");
    Call verify =
        submit(
            "verify", "s3a://corpus/holes/manifest", "--table", "s3a://corpus/holes/transcripts");
    assertThat(verify.exitCode()).as(verify.said()).isZero();
    assertThat(verify.out()).contains("ok: 5", "failed AUDIO_NOT_FOUND: 1");
  }

  @Test
  void aDirectoryCatalogOnS3IsRefusedBeforeAnyWork() throws Exception {
    Call job = transcribe("s3a://corpus/manifest", "--warehouse", "s3a://corpus/warehouse");
    assertThat(job.exitCode()).as(job.said()).isEqualTo(2);
    assertThat(Sentence.of(job))
        .startsWith(
            "Cannot write to transcripts: catalog espalier is a directory on object storage"
                + " (s3a://corpus/warehouse)")
        .contains("--conf spark.sql.catalog.espalier.type=jdbc");

    Call sql =
        submit("sql", "--warehouse", "s3a://corpus/warehouse", "-e", "CREATE TABLE t (a INT)");
    assertThat(sql.exitCode()).as(sql.said()).isEqualTo(2);
    assertThat(Sentence.of(sql)).startsWith("Cannot commit: catalog espalier is a directory");
    assertThat(s3.shell(spark, "-ls", "-R", "-C", "s3a://corpus/")).doesNotContain("metadata.json");
  }

  @Test
  void storageThatRefusesIsOneSentence() throws Exception {
    Call bucket = transcribe("s3a://no-such-bucket/manifest", "--table", "s3a://corpus/t");
    assertThat(bucket.exitCode()).as(bucket.said()).isNotZero();
    assertThat(Sentence.of(bucket)).contains("no-such-bucket");

    Map<String, String> anonymous = storage();
    anonymous.keySet().removeIf(key -> key.endsWith(".key"));
    spark.withDefaults(anonymous);
    try {
      Call refused = transcribe("s3a://corpus/manifest", "--table", "s3a://corpus/t");
      assertThat(refused.exitCode()).as(refused.said()).isNotZero();
      assertThat(Sentence.of(refused))
          .contains("s3a://corpus/", "there are no credentials for its storage");
    } finally {
      spark.withDefaults(storage());
    }
  }

  @Test
  void aCatalogOnPostgresKeepsTablesOnS3() throws Exception {
    spark.withDefaults(catalog("lake", "s3a://corpus/lake"));
    Call job = transcribe("s3a://corpus/manifest", "--run-id", "first");
    assertThat(job.exitCode()).as(job.said()).isZero();
    assertThat(job.out()).contains(RECORDINGS + " transcribed, 0 failed");

    Call verify = submit("verify", "s3a://corpus/manifest", "--table", "transcripts");
    assertThat(verify.exitCode()).as(verify.said()).isZero();
    Call sql = submit("sql", "--format", "csv", "-e", "SELECT count(*) AS n FROM transcripts");
    assertThat(sql.out()).as(sql.said()).isEqualTo("n\r\n" + RECORDINGS + "\r\n");
    assertThat(s3.shell(spark, "-ls", "-C", "s3a://corpus/lake/default/transcripts/metadata"))
        .contains("metadata.json");
    spark.withDefaults(storage());
  }

  @Test
  void twoDriversThatCommitAtTheSameTimeBothSucceed() throws Exception {
    Map<String, String> one = catalog("two", "s3a://corpus/two");
    // Else the first would take both workers, and the other would wait for its end.
    one.put("spark.cores.max", "1");
    spark.withDefaults(one);
    List<Future<Call>> jobs = new ArrayList<>();
    ExecutorService drivers = Executors.newFixedThreadPool(2);
    try {
      for (String run : List.of("one", "two")) {
        jobs.add(
            drivers.submit(
                () -> transcribe("s3a://corpus/manifest", "--run-id", run, "--commit-every", "1")));
      }
      for (Future<Call> job : jobs) {
        assertThat(job.get().exitCode()).as(job.get().said()).isZero();
      }
    } finally {
      drivers.shutdown();
    }
    Call sql =
        submit(
            "sql",
            "--format",
            "csv",
            "-e",
            "SELECT run_id, count(*) AS n, count(DISTINCT utt_id) AS d FROM transcripts"
                + " GROUP BY run_id ORDER BY run_id");
    assertThat(sql.out()).as(sql.said()).isEqualTo("run_id,n,d\r\none,6,6\r\ntwo,6,6\r\n");
    spark.withDefaults(storage());
  }

  @Test
  void aCatalogThatCannotBeOpenedIsOneSentence() throws Exception {
    Map<String, String> conf = catalog("none", "s3a://corpus/none");
    conf.remove("spark.jars");
    spark.withDefaults(conf);
    Call driver = submit("sql", "-e", "SHOW TABLES");
    assertThat(driver.exitCode()).as(driver.said()).isNotZero();
    assertThat(Sentence.of(driver))
        .startsWith("Cannot open the catalog: No suitable driver found for jdbc:postgresql:")
        .contains("--jars");

    conf = catalog("none", "s3a://corpus/none");
    conf.put("spark.sql.catalog.espalier.uri", "jdbc:postgresql://127.0.0.1:1/none");
    spark.withDefaults(conf);
    Call refused = transcribe("s3a://corpus/manifest");
    assertThat(refused.exitCode()).as(refused.said()).isNotZero();
    assertThat(Sentence.of(refused))
        .startsWith("Cannot open the catalog: Connection to 127.0.0.1:1 refused")
        .endsWith("Check its uri, jdbc.user and jdbc.password");
    spark.withDefaults(storage());
  }

  /** What Spark needs for S3: the connector, where every process has it, and credentials. */
  private static Map<String, String> storage() {
    Map<String, String> conf = new HashMap<>(s3.properties());
    String connector = Product.path("espalier.connectors") + "/hadoop-aws/*";
    conf.put("spark.driver.extraClassPath", connector);
    conf.put("spark.executor.extraClassPath", connector);
    return conf;
  }

  /** The same with a catalog in a database of its own, as docs/cluster.md says. */
  private static Map<String, String> catalog(String name, String warehouse) throws Exception {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      if (!statement
          .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")
          .next()) {
        statement.execute("CREATE DATABASE " + name);
      }
    }
    Map<String, String> conf = storage();
    conf.put("spark.jars", Product.path("espalier.connectors") + "/postgresql-42.7.8.jar");
    conf.put("spark.sql.catalog.espalier.type", "jdbc");
    conf.put(
        "spark.sql.catalog.espalier.uri",
        "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name);
    conf.put("spark.sql.catalog.espalier.jdbc.schema-version", "V1");
    conf.put("spark.sql.catalog.espalier.jdbc.user", "postgres");
    conf.put("spark.sql.catalog.espalier.jdbc.password", "postgres");
    conf.put("spark.espalier.warehouse", warehouse);
    return conf;
  }

  private static Call transcribe(String manifest, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("transcribe", "--manifest", manifest, "--bundle", "s3a://corpus/bundle"));
    arguments.addAll(List.of("--pad", "none", "--beam", "1"));
    arguments.addAll(List.of(more));
    return submitTo(cluster.url(), arguments.toArray(String[]::new));
  }

  /** Runs what needs no executors: they take longer to start than all its work. */
  private static Call submit(String... arguments) throws Exception {
    return submitTo("local[2]", arguments);
  }

  private static Call submitTo(String master, String... arguments) throws Exception {
    // All workers see the jar: Spark need not send it.
    return Script.of("spark-submit-standalone.sh", directory, spark)
        .with(Map.of("MASTER", master, "JAR", "local:" + Product.JAR))
        .run(arguments);
  }
}
