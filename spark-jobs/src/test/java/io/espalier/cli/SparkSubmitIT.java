package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shaded jar as it is, on nothing but Spark's own jars. */
@Tag("slow")
class SparkSubmitIT {
  private static final Path JAR = Path.of("target/espalier-spark-3.5_2.12.jar").toAbsolutePath();

  /** Libraries that a Spark distribution does not have, or has in another version. */
  private static final Pattern INSIDE =
      Pattern.compile(
          ".*(/ai/djl/|/bytedeco/|/iceberg/|/info/picocli/|/snakeyaml/|/gson/"
              + "|/commons-compress/|/dev/jna/|espalier-udfs|/udfs/target/).*");

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
    String classPath =
        Arrays.stream(Files.readString(Path.of("target/classpath.txt")).split(":", -1))
            .filter(entry -> !INSIDE.matcher(entry).matches())
            .collect(Collectors.joining(":"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            classPath,
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local[2]",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.espalier.warehouse=" + directory.resolve("warehouse").toUri(),
            "--class",
            "io.espalier.cli.Espalier",
            JAR.toString()));
    command.addAll(List.of(arguments));
    return Subprocess.run(directory, command);
  }
}
