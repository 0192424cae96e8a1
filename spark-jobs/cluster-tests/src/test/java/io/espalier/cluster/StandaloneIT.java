package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job on a standalone master with two workers. */
@Tag("slow")
class StandaloneIT {
  @TempDir static Path directory;

  private static SparkHome spark;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startTheCluster() throws Exception {
    spark = SparkHome.in(directory.resolve("spark"));
    Files.createSymbolicLink(directory.resolve("demo"), Product.DEMO);
    Product.copyAudio(directory.resolve("audio"), 12);
    cluster = StandaloneCluster.start(spark, directory);
    cluster.worker(1, "1g", Map.of()).worker(1, "1g", Map.of());
  }

  @AfterAll
  static void stopTheCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aWholeJobRuns() throws Exception {
    Call manifest = submit("manifest", "audio", "-o", "own/manifest", "--language", "eng");
    assertThat(manifest.exitCode()).as(manifest.said()).isZero();
    assertThat(directory.resolve("own/manifest")).isDirectory();

    Call job =
        submit(
            "transcribe",
            "--manifest",
            "own/manifest",
            "--bundle",
            "demo/bundle",
            "--pad",
            "none",
            "--beam",
            "1");
    assertThat(job.exitCode()).as(job.said()).isZero();
    assertThat(job.out()).contains("Wrote 12 rows of 12", "12 transcribed, 0 failed");
    assertThat(job.err()).doesNotContain("\tat ");

    Call verify = submit("verify", "own/manifest", "--table", "transcripts");
    assertThat(verify.exitCode()).as(verify.said()).isZero();

    Call sql = submit("sql", "--format", "csv", "-e", "SELECT count(*) AS n FROM transcripts");
    assertThat(sql.out()).as(sql.said()).isEqualTo("n\r\n12\r\n");
  }

  private static Call submit(String... arguments) throws Exception {
    return Script.of("spark-submit-standalone.sh", directory, spark)
        .with(Map.of("MASTER", cluster.url(), "WAREHOUSE", "warehouse"))
        .run(arguments);
  }
}
