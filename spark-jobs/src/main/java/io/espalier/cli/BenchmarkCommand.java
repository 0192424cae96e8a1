package io.espalier.cli;

import io.espalier.spark.stage.StageProgress;
import io.espalier.tools.benchmark.Benchmark;
import io.espalier.tools.benchmark.Measurement;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Measures the figures that the documentation states. A developer tool, so the help does not list
 * it.
 */
@Command(
    name = "benchmark",
    description =
        "Measures speed and memory on this machine, with random weights. Takes a few minutes.",
    mixinStandardHelpOptions = true,
    hidden = true)
final class BenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SessionOptions session;
  @Mixin private BenchmarkOptions options;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Path json = options.json();
    Benchmark benchmark =
        new Benchmark(
            options.asked(), () -> session.session("benchmark"), () -> StageProgress.on(out));
    report(benchmark, out, json);
    return ExitCode.DONE;
  }

  /**
   * Measures and prints.
   *
   * @param json file for the figures, or null
   */
  static void report(Benchmark benchmark, PrintWriter out, Path json) throws IOException {
    out.print(benchmark.heading());
    out.flush();
    List<Measurement> measured = benchmark.run();
    out.print(Benchmark.table(measured));
    out.flush();
    if (json != null) {
      Benchmark.writeJson(measured, json);
    }
  }
}
