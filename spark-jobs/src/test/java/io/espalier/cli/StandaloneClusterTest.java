package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers in processes of their own: executors have other working directories. */
@Tag("slow")
class StandaloneClusterTest {
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();

  @TempDir static Path directory;

  private static StandaloneDaemons daemons;

  @BeforeAll
  static void startTheCluster() throws Exception {
    Files.createSymbolicLink(directory.resolve("demo"), DEMO);
    daemons = new StandaloneDaemons(directory);
    String gpus = workersThatOfferGpus().toString();
    daemons.worker("worker1", "--properties-file", gpus);
    daemons.worker("worker2", "--properties-file", gpus);
  }

  @AfterAll
  static void stopTheCluster() {
    if (daemons != null) {
      daemons.close();
    }
  }

  @Test
  void relativePathsMeanTheFolderOfTheCall() throws Exception {
    Subprocess job = transcribe("demo/bundle", "--with-contexts", "contexts.parquet");
    assertThat(job.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(job.err())
        .contains("Cannot find contexts", directory.resolve("contexts.parquet").toString());

    Subprocess manifest =
        submit().run("manifest", "demo/audio", "-o", "own/manifest", "--language", "eng");
    assertThat(manifest.exitCode()).as(manifest.err()).isZero();
    assertThat(directory.resolve("own/manifest")).isDirectory();

    job = transcribe("demo/bundle");
    assertThat(job.exitCode()).as(job.err()).isZero();
    assertThat(job.out()).contains("Wrote 4 rows of 4", "4 transcribed, 0 failed");
    assertThat(job.err()).doesNotContain("\tat ");
    assertThat(directory.resolve("warehouse/default/transcripts/data")).isDirectory();
  }

  @Test
  void aPlaceThatOnlyTheDriverSeesIsToldOnce() throws Exception {
    Path seen = Path.of("/proc/self/cwd/demo/bundle");
    // A name that leads somewhere else in every process.
    assumeThat(Path.of("/proc/self/cwd")).exists();
    Subprocess job = transcribe(seen.toString());
    assertThat(job.exitCode()).as(job.err()).isEqualTo(ExitCode.USAGE);
    assertThat(job.err().strip().lines().toList())
        .as(job.err())
        .last()
        .asString()
        .startsWith("Cannot use bundle: file:" + seen)
        .contains("executors on 127.0.0.1 cannot access it", "--master local[*]");
    assertThat(job.err()).doesNotContain("\tat ");

    Subprocess manifest =
        submit().run("verify", "/proc/self/cwd/demo/manifest.parquet", "--table", "transcripts");
    assertThat(manifest.exitCode()).as(manifest.err()).isEqualTo(ExitCode.USAGE);
    assertThat(manifest.err()).contains("cannot access it").doesNotContain("\tat ");
  }

  @Test
  void aWarehouseThatIsNotSharedIsToldBeforeAnyWork() throws Exception {
    assumeThat(Path.of("/proc/self/cwd")).exists();
    Subprocess manifest =
        submit().run("manifest", "demo/audio", "-o", "m", "--warehouse", "/proc/self/cwd/hidden");
    assertThat(manifest.exitCode()).as(manifest.err()).isEqualTo(ExitCode.USAGE);
    assertThat(manifest.err())
        .contains("Cannot use m: ", "cannot access it")
        .doesNotContain("\tat ");
  }

  @Test
  void aGpuThatSparkAssignsAndLibtorchCannotUseEndsTheJob() throws Exception {
    Subprocess job =
        run(submit().with("-Dspark.executor.resource.gpu.amount=1"), "demo/bundle", "--table", "g");
    assumeThat(job.exitCode()).as("This machine has a GPU").isNotZero();
    assertThat(job.exitCode()).as(job.err()).isEqualTo(ExitCode.USAGE);
    assertThat(job.err().strip().lines().toList())
        .as(job.err())
        .last()
        .asString()
        .startsWith("Cannot use cuda:0: ")
        .endsWith(", or give --device cpu");
    assertThat(job.err()).doesNotContain("\tat ");
  }

  /** The workers' configuration: a GPU each, which is only a name. */
  private static Path workersThatOfferGpus() throws IOException {
    Path script =
        Files.writeString(
            directory.resolve("gpus.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return Files.writeString(
        directory.resolve("worker.properties"),
        "spark.worker.resource.gpu.amount 1\nspark.worker.resource.gpu.discoveryScript "
            + script
            + "\n");
  }

  private static SparkSubmit submit() {
    return new SparkSubmit(directory, daemons.master());
  }

  private static Subprocess transcribe(String bundle, String... more) throws Exception {
    return run(submit(), bundle, more);
  }

  private static Subprocess run(SparkSubmit submit, String bundle, String... more)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "transcribe",
                "--manifest",
                "demo/manifest.parquet",
                "--bundle",
                bundle,
                "--warehouse",
                "warehouse",
                "--pad",
                "none",
                "--beam",
                "1",
                "--limit",
                "4"));
    arguments.addAll(List.of(more));
    return submit.run(arguments.toArray(String[]::new));
  }
}
