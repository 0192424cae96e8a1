package io.espalier.cluster;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark's scheduling of GPUs that are only names: workers find them with {@code
 * conf/gpu-discovery.sh} and a simulated {@code nvidia-smi}, and a job that computes nothing tells
 * which task had which.
 */
@Tag("slow")
class GpuSchedulingIT {
  private static final int ROWS = 48;

  @TempDir Path directory;

  @Test
  void everyTaskOfTheModelHasAGpuOfItsOwnAndNoOtherTaskHasOne() throws Exception {
    SparkHome spark = SparkHome.in(directory.resolve("spark"));
    Map<String, String> gpus = twoGpus();
    try (StandaloneCluster cluster = StandaloneCluster.start(spark, directory)) {
      cluster.worker(4, "1g", gpus).worker(4, "1g", gpus);
      ProbeRun run =
          ProbeRun.of(
              Script.of("spark-submit-standalone.sh", directory, spark)
                  .with(
                      Map.of(
                          "MASTER",
                          cluster.url(),
                          "WAREHOUSE",
                          directory.resolve("warehouse").toString(),
                          "GPUS_PER_EXECUTOR",
                          "2",
                          "CORES",
                          "4")),
              spark,
              directory,
              Product.DEMO.resolve("manifest.parquet").toString());

      requireOneTaskPerGpu(run);
      assertThat(run.works().stream().map(GpuSchedulingIT::gpu).distinct())
          .containsExactlyInAnyOrder("0/0", "0/1", "1/0", "1/1");
      assertThat(run.works())
          .as("the index of the GPU within its machine is the device of the row")
          .allMatch(work -> work.device().equals("cuda:" + work.address()));
      log(run);
    }
  }

  /** As the rows say and as the driver says. */
  static void requireOneTaskPerGpu(ProbeRun run) {
    assertThat(run.works()).hasSize(ROWS);
    Map<Long, String> given =
        run.assigned().stream()
            .collect(
                Collectors.toMap(
                    ProbeRun.Assignment::task, ProbeRun.Assignment::address, (a, b) -> a));
    assertThat(run.works())
        .allMatch(work -> work.address().matches("[0-9]+"))
        .allMatch(work -> work.address().equals(given.get(work.task())));
    run.works().stream()
        .collect(groupingBy(GpuSchedulingIT::gpu))
        .forEach(
            (gpu, works) -> {
              List<ProbeRun.Work> inTime =
                  works.stream().sorted(Comparator.comparingLong(ProbeRun.Work::startMs)).toList();
              for (int i = 1; i < inTime.size(); i++) {
                assertThat(inTime.get(i).startMs())
                    .as("%s: %s and %s", gpu, inTime.get(i - 1), inTime.get(i))
                    .isGreaterThanOrEqualTo(inTime.get(i - 1).endMs());
              }
            });
    Set<Integer> stagesOfTheModel =
        run.assigned().stream()
            .filter(task -> run.works().stream().anyMatch(work -> work.task() == task.task()))
            .map(ProbeRun.Assignment::stage)
            .collect(Collectors.toSet());
    List<ProbeRun.Assignment> others =
        run.assigned().stream().filter(task -> !stagesOfTheModel.contains(task.stage())).toList();
    assertThat(others).isNotEmpty().allMatch(task -> task.address().isEmpty());
  }

  /** What the docs show. */
  private static void log(ProbeRun run) {
    long start = run.works().stream().mapToLong(ProbeRun.Work::startMs).min().orElseThrow();
    run.works().stream().collect(groupingBy(ProbeRun.Work::task)).entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            task -> {
              List<ProbeRun.Work> works = task.getValue();
              System.out.printf(
                  Locale.ROOT,
                  "task %d executor/GPU %s from %d to %d ms%n",
                  task.getKey(),
                  gpu(works.get(0)),
                  works.stream().mapToLong(ProbeRun.Work::startMs).min().orElseThrow() - start,
                  works.stream().mapToLong(ProbeRun.Work::endMs).max().orElseThrow() - start);
            });
    System.out.printf(
        Locale.ROOT,
        "%d tasks of other stages without a GPU%n",
        run.assigned().stream().filter(task -> task.address().isEmpty()).count());
  }

  private static String gpu(ProbeRun.Work work) {
    return work.executor() + "/" + work.address();
  }

  private Map<String, String> twoGpus() throws IOException {
    Path program = Files.createDirectories(directory.resolve("nvidia")).resolve("nvidia-smi");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo 'GPU 0: Simulated (UUID: GPU-00000000-0000-0000-0000-000000000000)'
        echo 'GPU 1: Simulated (UUID: GPU-00000000-0000-0000-0000-000000000001)'
        """);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return Map.of(
        "PATH",
        program.getParent() + ":" + System.getenv("PATH"),
        "SPARK_WORKER_OPTS",
        "-Dspark.worker.resource.gpu.amount=2 -Dspark.worker.resource.gpu.discoveryScript="
            + Product.ROOT.resolve("conf/gpu-discovery.sh"));
  }
}
