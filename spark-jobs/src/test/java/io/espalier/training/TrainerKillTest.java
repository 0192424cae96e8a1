package io.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in processes of their own: one that is killed without warning, one that is left alone. */
@Tag("slow")
class TrainerKillTest {
  private static final String STEPS = "400";

  @TempDir private Path directory;

  @Test
  void aKilledRunEndsWithTheSameBits() throws IOException, InterruptedException {
    Path whole = directory.resolve("whole");
    Path killed = directory.resolve("killed");
    assertThat(start(whole).waitFor()).isZero();
    for (String line : new String[] {"\"step\":55,", "\"step\":165,", "\"step\":300,"}) {
      Process process = start(killed);
      await(killed.resolve("metrics.jsonl"), line, process);
      process.destroyForcibly().waitFor();
    }
    assertThat(start(killed).waitFor()).isZero();
    TrainerTest.assertSameRuns(whole, killed);
  }

  private static void await(Path log, String line, Process process)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!Files.exists(log) || !Files.readString(log).contains(line)) {
      assertThat(process.isAlive()).as("the run ended before " + line).isTrue();
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private Process start(Path run) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            TinyRun.class.getName(),
            run.toString(),
            STEPS)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }
}
