package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar as it is, on nothing but Spark's own jars. */
@Tag("slow")
class SparkSubmitIT {
  private static final Path JAR = ShadedJar.path("");

  @TempDir Path directory;

  @Test
  void everyNativeLibraryLoads() throws Exception {
    Subprocess info = submit("info");
    assertThat(info.exitCode()).as(info.err()).isZero();
    assertThat(info.out())
        .containsPattern("libtorch +2\\.7\\.1")
        .containsPattern("ffmpeg +7\\.")
        .containsPattern("functions +.*\\bwer\\b");
  }

  @Test
  void icebergCommitsAndMerges() throws Exception {
    Subprocess sql =
        submit(
            "sql",
            "--format",
            "csv",
            "-e",
            "CREATE TABLE t AS SELECT 1 AS id, 'a' AS v;"
                + "MERGE INTO t USING (SELECT 1 AS id, 'b' AS v) s ON t.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET *;"
                + "SELECT v, wer('a b c', 'a x c') AS wer FROM t");
    assertThat(sql.exitCode()).as(sql.err()).isZero();
    assertThat(sql.out()).isEqualTo("v,wer\r\nb,0.3333333333333333\r\n");
  }

  @Test
  void nothingOfSparkScalaOrHadoopIsInside() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.startsWith("scala/"))
          .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
          .noneMatch(name -> name.startsWith("org/slf4j/"))
          .noneMatch(name -> name.startsWith("org/apache/spark/SparkContext"))
          .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|RSA|DSA)"));
    }
  }

  private Subprocess submit(String... arguments) throws IOException, InterruptedException {
    return new ShadedJar(JAR, directory).submit(Map.of(), arguments);
  }
}
