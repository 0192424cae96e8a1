package io.espalier.tools.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.CtcHandCount;
import io.espalier.owsm.OwsmConfig;
import io.espalier.owsm.OwsmParameters;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published OWSM-CTC, counted: its parameters, and the FLOPs of a window of 30 s. */
class CtcSizesTest {
  /** Figures of ESPnet's own modules. */
  @ParameterizedTest
  @CsvSource({"80, 1005050706", "128, 1011342162"})
  void theMediumSizeHasThePublishedParameters(int mels, long published) {
    OwsmConfig config = ModelSize.MEDIUM.ctcConfig(mels);
    long sum =
        OwsmParameters.expected(config).entrySet().stream()
            .filter(entry -> !OwsmParameters.OPTIONAL.contains(entry.getKey()))
            .mapToLong(entry -> entry.getValue().size())
            .sum();
    assertThat(sum).isEqualTo(published);
    assertThat(config.encoder().numBlocks()).isEqualTo(27);
    assertThat(config.crossAttention()).hasSize(9);
  }

  /** 308.0 GFLOPs of conditioning and 38.5 of the output layer are CTC's; the rest is encoder. */
  @ParameterizedTest
  @CsvSource({"80, 340.3, 628.6", "128, 557.7, 628.6"})
  void aWindowCostsWhatAHandCountSays(int mels, double subsampling, double blocks) {
    CtcHandCount count = CtcHandCount.of(ModelSize.MEDIUM.ctcConfig(mels), 0);
    assertThat(count.subsampling() / 1e9).isEqualTo(subsampling, within(0.1));
    assertThat(count.ctc() / 1e9).isEqualTo(308.0 + 38.5, within(0.1));
    assertThat(count.encoder() / 1e9).isEqualTo(blocks, within(0.2));
  }

  /** The tiny size through the benchmark itself: what the ledger says is the hand count. */
  @Test
  void theBenchmarkCountsTheSame() {
    ModelSpec spec =
        new ModelSpec(
            ModelSize.TINY,
            "float32",
            "cpu",
            1,
            Path.of("src/main/demo/bundle/bpe.model").toAbsolutePath().toString());
    Map<String, Double> figures = new HashMap<>();
    new CtcBenchmark(spec, List.of(2)).run().forEach(m -> figures.put(m.name(), m.value()));
    OwsmConfig config = ModelSize.TINY.ctcConfig(80);
    CtcHandCount count = CtcHandCount.of(config, 2);
    double giga = (count.subsampling() + count.encoder() + count.ctc()) / 1e9;
    assertThat(figures.get("ctc_gflops_per_window_batch_2")).isEqualTo(giga, within(1e-6));
    assertThat(figures.get("ctc_times_real_time_batch_2")).isPositive();
    assertThat(figures.get("ctc_memory_batch_2")).isNotNull();
  }
}
