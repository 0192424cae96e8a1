package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.espalier.files.Directories;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar of {@code mvn -Pcuda package} on a machine that has the libraries of CUDA, with or
 * without a GPU. {@code -Despalier.cuda.libraries} names their directories, separated by colons.
 */
@Tag("slow")
class CudaJarIT {
  private static final Path JAR = ShadedJar.path("-cuda");
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();

  @TempDir static Path cache;
  @TempDir Path directory;

  private String libraries;

  @BeforeEach
  void theJarAndTheLibrariesAreThere() {
    libraries = System.getProperty("espalier.cuda.libraries", "").strip();
    assumeThat(JAR).as("There is no CUDA build here: add -Pcuda").exists();
    assumeThat(libraries)
        .as("No CUDA libraries were given: add -Despalier.cuda.libraries=DIR:DIR")
        .isNotEmpty();
  }

  @Test
  void theCudaBuildGivesTheTextsOfTheCpuBuild() throws Exception {
    assertThat(transcribe("cuda", Map.of("LD_LIBRARY_PATH", libraries)))
        .isEqualTo(transcribe("cpu", Map.of()))
        .hasLineCount(5);
  }

  @Test
  void infoNamesTheBuildAndWhyThereIsNoGpu() throws Exception {
    Subprocess info = submit("cuda", Map.of("LD_LIBRARY_PATH", libraries), "info");
    assertThat(info.exitCode()).as(info.err()).isZero();
    assertThat(info.out()).containsPattern("libtorch +2\\.7\\.1 for CUDA 12\\.[0-9]+, cuDNN 9\\.");
    assumeThat(info.out()).as("This machine has a GPU").doesNotContain("compute capability");
    assertThat(info.out())
        .containsPattern("devices +cpu\\R")
        .containsPattern("gpus +none, because this machine has no NVIDIA driver");
  }

  @Test
  void aGpuThatIsAskedForAndNotThereEndsTheCommand() throws Exception {
    Subprocess job = submit("auto", Map.of(), arguments("none", "--device", "cuda"));
    assumeThat(job.exitCode()).as("This machine has a GPU").isNotZero();
    assertThat(job.exitCode()).as(job.err()).isEqualTo(ExitCode.USAGE);
    assertThat(job.err())
        .contains(
            "Cannot use cuda:0: this machine has no NVIDIA driver (libcuda.so.1); install it, or"
                + " run on a machine with a GPU, or give --device cpu");
  }

  @Test
  void whatTheMachineLacksIsNamed() throws Exception {
    Path links = withoutCuDnn();
    Subprocess info = submit("cuda", Map.of("LD_LIBRARY_PATH", links.toString()), "info");
    Directories.deleteRecursively(links);
    assumeThat(info.exitCode()).as("This machine has cuDNN elsewhere").isNotZero();
    assertThat(info.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(info.out())
        .contains(
            "this machine lacks libcudnn.so.9 of cuDNN 9; install it, or name its directory in"
                + " LD_LIBRARY_PATH");
  }

  private String transcribe(String libtorch, Map<String, String> environment) throws Exception {
    Subprocess job = submit(libtorch, environment, arguments(libtorch));
    assertThat(job.exitCode()).as(job.err()).isZero();
    Subprocess texts =
        submit(
            "cpu",
            Map.of(),
            "sql",
            "--format",
            "csv",
            "-e",
            "SELECT utt_id, tokens, hypothesis FROM "
                + libtorch
                + " WHERE hypothesis <> '' ORDER BY utt_id");
    assertThat(texts.exitCode()).as(texts.err()).isZero();
    return texts.out();
  }

  private static String[] arguments(String table, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "transcribe",
                "--manifest",
                DEMO.resolve("manifest.parquet").toString(),
                "--bundle",
                DEMO.resolve("bundle").toString(),
                "--table",
                table,
                "--limit",
                "4"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private Subprocess submit(String libtorch, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("ESPALIER_LIBTORCH", libtorch);
    all.put("DJL_CACHE_DIR", cache.toString());
    return new ShadedJar(JAR, directory).submit(all, arguments);
  }

  /** All that was given, except cuDNN. */
  private Path withoutCuDnn() throws IOException {
    Path links = Files.createDirectory(directory.resolve("links"));
    for (String given : libraries.split(":", -1)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(given), "lib*.so*")) {
        for (Path file : files) {
          if (!file.getFileName().toString().startsWith("libcudnn")) {
            Files.createSymbolicLink(links.resolve(file.getFileName()), file);
          }
        }
      }
    }
    return links;
  }
}
