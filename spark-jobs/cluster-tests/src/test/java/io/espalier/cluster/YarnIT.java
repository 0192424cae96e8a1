package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs on YARN in both deploy modes, with everything on HDFS, the jar too. */
@Tag("slow")
class YarnIT {
  private static final int ROWS = 12;

  /** In the home directory of HDFS. */
  private static final String MANIFEST = "own/manifest";

  @TempDir static Path directory;

  private static SparkHome spark;
  private static HadoopCluster hadoop;

  @BeforeAll
  static void startTheClusters() throws Exception {
    assumeThat(Product.SPARK)
        .as("Spark whose YARN module Maven Central's mirrors have")
        .startsWith("3.");
    spark = SparkHome.in(directory.resolve("spark"));
    // As an installation does, so that no call uploads the jars of Spark.
    spark.withDefaults(
        Map.of(
            "spark.yarn.jars",
            "local:" + spark.path() + "/jars/*",
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP",
            "127.0.0.1"));
    hadoop = HadoopCluster.start(spark, directory.resolve("hadoop"), 2, "");
    Product.copyAudio(directory.resolve("audio"), ROWS);
    put(directory.resolve("audio"), Product.DEMO.resolve("bundle"), Product.JAR);
  }

  @AfterAll
  static void stopTheClusters() throws Exception {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  void bothDeployModesGiveTheTextsOfALocalRun() throws Exception {
    done(submit("cluster", "manifest", "/data/audio", "-o", MANIFEST, "--language", "eng"));
    Call client = done(submit("client", transcribe("by_client")));
    assertThat(client.out()).contains("Wrote 12 rows of 12", "12 transcribed, 0 failed");
    assertThat(client.err()).doesNotContain("\tat ");
    done(submit("cluster", transcribe("by_cluster")));
    done(local(transcribe("by_local")));

    Call verify = done(submit("client", "verify", MANIFEST, "--table", "by_cluster"));
    assertThat(verify.out()).contains("12");

    Call sql =
        done(
            submit(
                "client",
                "sql",
                "--format",
                "csv",
                "-e",
                "SELECT count(DISTINCT l.utt_id) AS n, count_if(l.hypothesis <> '') > 0 AS some,"
                    + " bool_and(l.hypothesis = c.hypothesis AND l.hypothesis = d.hypothesis) AS"
                    + " same FROM by_local l JOIN by_client c USING (utt_id) JOIN by_cluster d"
                    + " USING (utt_id)"));
    assertThat(sql.out()).as(sql.said()).isEqualTo("n,some,same\r\n12,true,true\r\n");
    String home = "/user/" + System.getProperty("user.name") + "/";
    done(hadoop.fs("-test", "-e", home + MANIFEST));
    done(hadoop.fs("-test", "-d", "/data/warehouse/default/by_cluster/data"));
  }

  @Test
  void theExitCodeOfAFailedCommandIsInYarnsDiagnostics() throws Exception {
    Call job =
        submit("cluster", "transcribe", "--manifest", "/data/none", "--bundle", "/data/bundle");
    assertThat(job.exitCode()).as(job.said()).isEqualTo(1);
    assertThat(job.err()).as(job.said()).contains("User application exited with status 2");
    String sentence = "Cannot find table: " + hadoop.fileSystem() + "/data/none";
    assertThat(hadoop.logs().lines()).anyMatch(line -> line.startsWith(sentence));
  }

  private static String[] transcribe(String table) {
    return new String[] {
      "transcribe",
      "--manifest",
      MANIFEST,
      "--bundle",
      "/data/bundle",
      "--table",
      table,
      "--pad",
      "none",
      "--beam",
      "1"
    };
  }

  private static void put(Path... files) throws IOException, InterruptedException {
    done(hadoop.fs("-mkdir", "-p", "/data"));
    done(
        hadoop.fs(
            Stream.of(
                    Stream.of("-put"), Arrays.stream(files).map(Path::toString), Stream.of("/data"))
                .flatMap(each -> each)
                .toArray(String[]::new)));
  }

  private static Call done(Call call) throws IOException {
    if (call.exitCode() != 0) {
      throw new AssertionError(call.said() + "\n" + hadoop.logs());
    }
    return call;
  }

  private static Call submit(String mode, String... arguments)
      throws IOException, InterruptedException {
    return Script.of("spark-submit-yarn.sh", directory, spark)
        .with(environment())
        .with(Map.of("DEPLOY_MODE", mode))
        .with(Map.of("EXECUTORS", arguments[0].equals("transcribe") ? "2" : "1"))
        .run(arguments);
  }

  private static Map<String, String> environment() throws IOException {
    Map<String, String> all = new HashMap<>(hadoop.environment());
    all.put("MEMORY_OVERHEAD", "700m");
    all.put("WAREHOUSE", "/data/warehouse");
    all.put("JAR", hadoop.fileSystem() + "/data/" + Product.JAR.getFileName());
    return all;
  }

  private static Call local(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                spark.bin("spark-submit").toString(),
                "--master",
                "local[2]",
                "--conf",
                "spark.espalier.warehouse=/data/warehouse",
                "--conf",
                "spark.driver.extraJavaOptions=-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "--class",
                "io.espalier.cli.Espalier",
                Product.JAR.toString()));
    command.addAll(List.of(arguments));
    return Call.run(directory, hadoop.environment(), command);
  }
}
