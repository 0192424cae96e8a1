package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.DriverProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM for trainings in processes of their own. */
@Tag("slow")
class TrainSignalTest {
  private static final Path DEMO = Path.of("src/main/demo/manifest.jsonl").toAbsolutePath();

  @TempDir private Path directory;

  @Test
  void aTrainingEndsAfterAStepWithACheckpoint() throws IOException, InterruptedException {
    Path recipe = directory.resolve("recipe.yaml");
    Files.writeString(
        recipe,
        (TrainCommandTest.REST + TrainCommandTest.SCRATCH)
            .replace("max_steps: 4", "max_steps: 100000")
            .replace("checkpoint_every: 2", "checkpoint_every: 100000"));
    for (int i = 1; i <= 2; i++) {
      Process process = start(recipe);
      await(process, i == 1 ? "step 5 of" : "Resuming after step");
      process.destroy();
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(log()).isEqualTo(ExitCode.STOPPED);
      assertThat(log())
          .contains("SIGTERM: finishing what is under way, for at most 120 s.")
          .containsPattern("Stopped by SIGTERM after step [0-9]+\\. Call the same command again")
          .doesNotContain("fatal error", "\tat ");
    }
  }

  private Process start(Path recipe) throws IOException {
    return DriverProcess.start(
        Espalier.class,
        directory,
        List.of("-Xmx1g"),
        List.of(
            "train",
            "--recipe=" + recipe,
            "--train=" + DEMO,
            "--valid=" + DEMO,
            "--output=" + directory.resolve("run"),
            "--warehouse=" + directory.resolve("warehouse"),
            "--threads=1",
            "--master=local[1]"));
  }

  private void await(Process process, String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!log().contains(text)) {
      assertThat(process.isAlive()).as(log()).isTrue();
      assertThat(System.nanoTime()).as("waits for " + text).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private String log() throws IOException {
    Path log = DriverProcess.log(directory);
    return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
  }
}
