package io.espalier.spark.transcribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.spark.transcribe.TranscribeDriver.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks, executors and drivers that die, in processes of their own. */
@Tag("slow")
class TranscribeRecoveryTest {
  private static final int UTTERANCES = Recovery.UTTERANCES;
  private static final String CLUSTER = "local-cluster[2,1,512]";
  private static final Pattern COUNTS = Pattern.compile("came=([0-9]+) gone=([0-9]+)");

  @TempDir Path directory;

  @Test
  void aTaskThatFailsOnceLeavesOneRowPerInput() throws Exception {
    job().on("local[2,3]").experiencing(Trouble.TASK_FAILS_ONCE).finishes();
  }

  @Test
  void anExecutorThatDiesLeavesOneRowPerInput() throws Exception {
    job().on(CLUSTER).experiencing(Trouble.EXECUTOR_HALTS).finishes();
  }

  @Test
  void aSpeculativeAttemptLeavesOneRowPerInput() throws Exception {
    job()
        .on(CLUSTER)
        .with(
            "spark.speculation=true",
            "spark.speculation.interval=100ms",
            "spark.speculation.multiplier=1.1",
            "spark.speculation.quantile=0.5",
            "spark.speculation.minTaskRuntime=100ms")
        .experiencing(Trouble.STRAGGLER)
        .finishes();
  }

  @Test
  void aKilledDriverIsResumed() throws Exception {
    Recovery killed = job().on("local[2]").experiencing(Trouble.SLOW).killedAfterACommit();
    long committed = killed.rows().size();
    assertThat(committed).isPositive().isLessThan(UTTERANCES);
    Recovery resumed = job().on("local[2]").experiencing(Trouble.NONE).finishes();
    assertThat(resumed.written()).isEqualTo(UTTERANCES - committed);
  }

  /**
   * Nothing would be committed for a long time, and eight of nine rows are in tasks of their own.
   */
  @Test
  void aDriverThatIsAskedToEndCommitsWhatIsFinished() throws Exception {
    Recovery stopped =
        job()
            .on("local[2]")
            .with(TranscribeDriver.COMMIT_EVERY + "=1000", TranscribeDriver.PARTITIONS + "=24")
            .experiencing(Trouble.SLOW)
            .terminatedAfter(9);
    long committed = stopped.rows().size();
    assertThat(committed).isBetween(6L, UTTERANCES - 1L);
    assertThat(stopped.said())
        .contains("SIGTERM: finishing what is under way, for at most 20 s.")
        .contains("Stopped by SIGTERM: wrote " + committed + " rows to transcripts, run ")
        .contains((UTTERANCES - committed) + " are missing. Call the same command again")
        .doesNotContain("Exception");
    Recovery resumed = job().on("local[2]").experiencing(Trouble.NONE).finishes();
    assertThat(resumed.written()).isEqualTo(UTTERANCES - committed);
  }

  /** Executors that Spark starts for the work: the first dies, and another takes its place. */
  @Test
  void executorsComeAndGo() throws Exception {
    Recovery job =
        job()
            .on(CLUSTER)
            .with(
                "spark.dynamicAllocation.enabled=true",
                "spark.dynamicAllocation.shuffleTracking.enabled=true",
                "spark.dynamicAllocation.minExecutors=0",
                "spark.dynamicAllocation.maxExecutors=2",
                "spark.dynamicAllocation.schedulerBacklogTimeout=1s")
            .experiencing(Trouble.EXECUTOR_HALTS)
            .finishes();
    Matcher counts = COUNTS.matcher(job.said());
    assertThat(counts.find()).as(job.said()).isTrue();
    assertThat(Integer.parseInt(counts.group(1))).isGreaterThanOrEqualTo(2);
    assertThat(Integer.parseInt(counts.group(2))).isPositive();
  }

  @Test
  void gpusThatOtherStagesWouldKeepAreToldAtOnce() throws Exception {
    Recovery job = job().on(CLUSTER).with(gpus()).experiencing(Trouble.NONE).ends(2);
    assertThat(job.said()).contains("Set spark.task.resource.gpu.amount=1, so that");
    assertThat(job.rows()).isEmpty();
  }

  @Test
  void aStageSharesTheGpusOfEarlierOnesIfAllTasksAskForOne() throws Exception {
    job()
        .on(CLUSTER)
        .with(gpus("spark.task.resource.gpu.amount=1"))
        .experiencing(Trouble.NONE)
        .finishes();
  }

  /** Dynamic allocation, on workers that offer a GPU each, which is only a name. */
  private String[] gpus(String... more) throws IOException {
    Path script =
        Files.writeString(
            directory.resolve("gpus.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    List<String> properties = new ArrayList<>(List.of(more));
    properties.addAll(
        List.of(
            "spark.dynamicAllocation.enabled=true",
            "spark.dynamicAllocation.shuffleTracking.enabled=true",
            "spark.dynamicAllocation.minExecutors=2",
            "spark.dynamicAllocation.executorIdleTimeout=600s",
            "spark.executor.resource.gpu.amount=1",
            "spark.worker.resource.gpu.amount=1",
            "spark.worker.resource.gpu.discoveryScript=" + script));
    return properties.toArray(String[]::new);
  }

  private Recovery job() {
    return new Recovery(directory);
  }
}
