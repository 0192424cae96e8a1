package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.espalier.BuildUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers in processes of their own: executors have other working directories. */
@Tag("slow")
class StandaloneClusterTest {
  private static final Path DEMO = Path.of("src/main/demo").toAbsolutePath();
  private static final Pattern MASTER = Pattern.compile("spark://127\\.0\\.0\\.1:[0-9]+");

  @TempDir static Path directory;

  private static final List<Process> DAEMONS = new ArrayList<>();
  private static String master;

  @BeforeAll
  static void startTheCluster() throws Exception {
    Files.createDirectories(directory.resolve("spark/jars"));
    Files.createSymbolicLink(directory.resolve("demo"), DEMO);
    start("master", "org.apache.spark.deploy.master.Master", "--port", "0");
    master = waitFor("master", MASTER);
    Path gpus = workersThatOfferGpus();
    for (String worker : List.of("worker1", "worker2")) {
      Path work = Files.createDirectory(directory.resolve(worker));
      start(
          worker,
          "org.apache.spark.deploy.worker.Worker",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          work.toString(),
          "--properties-file",
          gpus.toString(),
          master);
      waitFor(worker, Pattern.compile("Successfully registered with master"));
    }
  }

  @AfterAll
  static void stopTheCluster() {
    DAEMONS.forEach(Process::destroyForcibly);
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
    return new SparkSubmit(directory, master);
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

  private static void start(String name, String main, String... arguments) throws IOException {
    List<String> command = SparkSubmit.java("256m");
    command.addAll(List.of(main, "--host", "127.0.0.1", "--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder daemon = new ProcessBuilder(command);
    daemon.environment().put("SPARK_HOME", directory.resolve("spark").toString());
    daemon.environment().put("SPARK_SCALA_VERSION", BuildUnderTest.scala());
    daemon.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    DAEMONS.add(daemon.redirectErrorStream(true).redirectOutput(log(name).toFile()).start());
  }

  private static String waitFor(String name, Pattern said) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (System.nanoTime() < end) {
      Matcher matcher = said.matcher(Files.readString(log(name), StandardCharsets.UTF_8));
      if (matcher.find()) {
        return matcher.group();
      }
      Thread.sleep(200);
    }
    throw new IllegalStateException(name + " does not start: " + Files.readString(log(name)));
  }

  private static Path log(String name) {
    return directory.resolve(name + ".log");
  }
}
