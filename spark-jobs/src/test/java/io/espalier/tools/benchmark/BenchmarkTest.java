package io.espalier.tools.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.conf.UsageException;
import io.espalier.search.Padding;
import io.espalier.tools.benchmark.Benchmark.Load;
import io.espalier.tools.benchmark.Benchmark.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchmarkTest {
  private static final Path DEMO = Path.of("src/main/demo");

  @TempDir Path temp;

  @Test
  void aPeerAndItsPartGoTogether() {
    Optional<Path> peer = Optional.of(temp.resolve("peer.json"));

    assertThatThrownBy(() -> options(2, Optional.empty(), Part.PEERS))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot measure part peers: give the peer's figures with --peer-json");
    assertThatThrownBy(() -> options(2, peer, Part.COMPUTE))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --peer-json without --part peers: add it");
  }

  @Test
  void aPeerThatWasMeasuredOtherwiseIsRefused() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("peer.json"),
            """
            {"name": "Other", "version": "1", "size": "tiny", "threads": 2, "tokens": 41,
             "clip_s": 7, "settings": {"torch": "2"},
             "figures": [{"workload": "greedy", "setting": "x", "utterances_per_s": 1}]}
            """);

    Benchmark same = benchmark(options(2, Optional.of(file), Part.PEERS));

    assertThat(same.heading()).contains("Other 1 (torch 2): clips of 7.0 s, 41 tokens each");
    assertThatThrownBy(() -> benchmark(options(1, Optional.of(file), Part.PEERS)))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot compare with %s: it was measured with threads 2, this run has 1. Give"
                    .formatted(file)
                + " --threads 2");
  }

  @Test
  void aLoadHasTokensBatchesAndALengthThatAModelTakes() {
    assertThatThrownBy(() -> new Load(1, 7, List.of(Padding.FULL), List.of(1)))
        .hasMessage("Invalid --tokens: 1, must be at least 2");
    assertThatThrownBy(() -> new Load(2, 7, List.of(Padding.FULL), List.of(4, 0)))
        .hasMessage("Invalid --batch: 0, must be at least 1");
    assertThatThrownBy(() -> new Load(2, 31, List.of(Padding.FULL), List.of(1)))
        .hasMessage("Invalid --clip-s: 31.0, must be from 0.1 to 30.0");
  }

  private static Benchmark.Options options(int threads, Optional<Path> peer, Part part) {
    return new Benchmark.Options(
        ModelSize.TINY,
        "cpu",
        threads,
        List.of("float32"),
        new Load(2, 7, List.of(Padding.FULL), List.of(1)),
        DEMO,
        peer,
        10,
        1,
        EnumSet.of(part));
  }

  private static Benchmark benchmark(Benchmark.Options options) throws IOException {
    return new Benchmark(
        options,
        () -> {
          throw new AssertionError("no part needs Spark");
        },
        () -> {
          throw new AssertionError("no part needs progress");
        });
  }
}
