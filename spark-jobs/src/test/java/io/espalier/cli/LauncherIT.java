package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.BuildUnderTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/espalier} as a user calls it. */
@Tag("slow")
class LauncherIT {
  private static final Path LAUNCHER = Path.of("bin/espalier").toAbsolutePath();

  @TempDir Path directory;

  @BeforeAll
  static void theJarIsUpToDate() {
    File[] jars =
        BuildUnderTest.directory()
            .toFile()
            .listFiles(file -> file.getName().matches("espalier-.*\\.jar"));
    assertThat(jars).isNotEmpty().allMatch(jar -> jar.setLastModified(System.currentTimeMillis()));
  }

  @Test
  void itRunsFromAnywhereThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("e"), LAUNCHER);
    Subprocess sql = run(link, "sql", "--format", "csv", "-e", "SELECT \"it's me\" AS a");
    assertThat(sql.exitCode()).as(sql.err()).isZero();
    assertThat(sql.out()).isEqualTo("a\r\nit's me\r\n");
    assertThat(sql.err()).isEmpty();
  }

  @Test
  void theExitCodeIsTheCommands() throws Exception {
    assertThat(run(LAUNCHER, "sql", "-e", "SELECT nothing").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "3.5, 11.0.2, a JDK 17.",
    "3.5, 21.0.8, a JDK 17.",
    "4.1, 11.0.2, a JDK 17 or 21.",
    "4.1, 25.0.1, a JDK 17 or 21.",
  })
  void anotherJavaIsRefusedWithTheFix(String spark, String version, String fix) throws Exception {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Subprocess info =
        Subprocess.run(
            directory,
            List.of(
                "env",
                "ESPALIER_SPARK=" + spark,
                "JAVA_HOME=" + directory.resolve("jdk"),
                LAUNCHER.toString(),
                "info"));
    assertThat(info.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(info.err())
        .isEqualToIgnoringNewLines(
            "Cannot run Spark %s on Java %s (%s): set JAVA_HOME to %s"
                .formatted(spark, version.substring(0, 2), java, fix));
  }

  @Test
  void aSparkThatThereIsNoBuildForIsRefused() throws Exception {
    Subprocess info =
        Subprocess.run(
            directory, List.of("env", "ESPALIER_SPARK=4.0", LAUNCHER.toString(), "info"));
    assertThat(info.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(info.err())
        .isEqualToIgnoringNewLines("Invalid ESPALIER_SPARK: 4.0, must be 3.5 or 4.1.");
  }

  @Test
  void itRunsTheSparkThatIsAskedFor() throws Exception {
    Subprocess info = run(LAUNCHER, "info");
    assertThat(info.out()).containsPattern("spark +" + Pattern.quote(BuildUnderTest.spark()));
  }

  private Subprocess run(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "ESPALIER_HEAP=1g",
                "ESPALIER_SPARK=" + BuildUnderTest.spark(),
                launcher.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--warehouse", directory.resolve("warehouse").toString()));
    return Subprocess.run(directory, command);
  }
}
