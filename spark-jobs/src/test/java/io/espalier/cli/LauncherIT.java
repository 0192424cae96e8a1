package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/espalier} as a user calls it. */
@Tag("slow")
class LauncherIT {
  private static final Path LAUNCHER = Path.of("bin/espalier").toAbsolutePath();

  @TempDir Path directory;

  @BeforeAll
  static void theJarIsUpToDate() {
    File[] jars = new File("target").listFiles(file -> file.getName().matches("espalier-.*\\.jar"));
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

  @Test
  void anotherJavaIsRefusedWithTheFix() throws Exception {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Subprocess info =
        Subprocess.run(
            directory,
            List.of("env", "JAVA_HOME=" + directory.resolve("jdk"), LAUNCHER.toString(), "info"));
    assertThat(info.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(info.err()).contains("Cannot use Java 11").contains("set JAVA_HOME to a JDK 17");
  }

  private Subprocess run(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("env", "ESPALIER_HEAP=1g", launcher.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--warehouse", directory.resolve("warehouse").toString()));
    return Subprocess.run(directory, command);
  }
}
