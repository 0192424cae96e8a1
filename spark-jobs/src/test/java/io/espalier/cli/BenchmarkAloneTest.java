package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.espalier.ClusterFreeJvm;
import io.espalier.tools.benchmark.Measurement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkAloneTest {
  private static final String PEER =
      """
      {"name": "Other", "version": "1", "size": "tiny", "threads": 1, "tokens": 3, "clip_s": 1.5,
       "figures": [{"workload": "beam_2", "setting": "as is", "utterances_per_s": 0.5},
                   {"workload": "greedy", "setting": "as is", "utterances_per_s": 0.25}]}
      """;

  @TempDir Path temp;

  @Test
  void measuresTheModelWithoutSpark() throws Exception {
    Path json = temp.resolve("figures.json");

    ClusterFreeJvm jvm =
        benchmark(
            "compute,gates,throughput,peers",
            "--tokens=2",
            "--batch=1,2",
            "--pad=full,none",
            "--peer-json=" + Files.writeString(temp.resolve("peer.json"), PEER),
            "--json=" + json);

    assertThat(jvm.code()).as(jvm.err()).isZero();
    assertThat(jvm.out())
        .startsWith("OWSM tiny with random weights, cpu, float32, 1 threads")
        .contains("Other 1: clips of 1.5 s, 3 tokens each");
    Map<String, Double> figures = figures(json);
    assertThat(figures)
        .containsKeys(
            "matrix_product_gflops_per_s",
            "encoder_blocks_share_of_matrix_product_batch_8",
            "decoder_tokens_per_s_beam_5_batch_16",
            "encoder_time_over_dense_same_gates",
            "utterances_per_s_beam_5_batch_2_pad_none",
            "tokens_per_s_beam_1_batch_1_pad_full",
            "beam_2_float32_pad_none_batch_2_over_other_as_is");
    assertThat(figures).containsEntry("greedy_other_as_is", 0.25);
    assertThat(figures.get("greedy_float32_pad_full_batch_1_over_other_as_is"))
        .isEqualTo(figures.get("greedy_float32_pad_full_batch_1") / 0.25);
  }

  @Test
  @Tag("slow")
  void findsTheTextsOfTheCpuOnTheCpu() throws Exception {
    Path json = temp.resolve("figures.json");

    ClusterFreeJvm jvm = benchmark("texts", "--json=" + json);

    assertThat(jvm.code()).as(jvm.err()).isZero();
    assertThat(figures(json)).containsEntry("texts_equal_to_cpu_float32_beam_5", 1.0);
  }

  @Test
  void saysThatJobsNeedSpark() throws Exception {
    ClusterFreeJvm jvm = benchmark("memory");

    assertThat(jvm.code()).isEqualTo(ExitCode.USAGE);
    assertThat(jvm.err())
        .contains(
            "Cannot measure parts spark, memory and scale without Spark: leave them out of --part");
  }

  private ClusterFreeJvm benchmark(String parts, String... more) throws Exception {
    String[] arguments = {
      "--part=" + parts, "--size=tiny", "--threads=1", "--data=" + Path.of("src/main/demo")
    };
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return ClusterFreeJvm.run(
        "1g", temp, BenchmarkAlone.class.getName(), all.toArray(String[]::new));
  }

  private static Map<String, Double> figures(Path json) throws Exception {
    List<Measurement> measured = new Gson().fromJson(Files.readString(json), new TypeToken<>() {});
    return measured.stream().collect(Collectors.toMap(Measurement::name, Measurement::value));
  }
}
