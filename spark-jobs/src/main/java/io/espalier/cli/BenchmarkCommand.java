package io.espalier.cli;

import io.espalier.spark.stage.StageProgress;
import io.espalier.tools.benchmark.Benchmark;
import io.espalier.tools.benchmark.Measurement;
import io.espalier.tools.benchmark.ModelSize;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  @Mixin private SessionOptions options;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "BASE",
      description = "Size of the model: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ModelSize size;

  @Option(
      names = "--threads",
      paramLabel = "INT",
      defaultValue = "2",
      description = "Threads of libtorch. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--part",
      paramLabel = "PART",
      description = "Part to measure: ${COMPLETION-CANDIDATES}. Repeatable. Default: all.")
  private List<Benchmark.Part> parts;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${sys:espalier.demo:-spark-jobs/src/main/demo}",
      description = "Directory that holds the demo's manifest, audio and bundle.")
  private Path data;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the figures to this file, as a JSON array of objects.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    Path rows = OutputFile.checked(json);
    PrintWriter out = spec.commandLine().getOut();
    Benchmark.Options what =
        new Benchmark.Options(
            size,
            threads,
            data,
            parts == null ? EnumSet.allOf(Benchmark.Part.class) : EnumSet.copyOf(parts));
    out.printf(
        Locale.ROOT,
        "OWSM %s with random weights, %d threads%n",
        size.name().toLowerCase(Locale.ROOT),
        threads);
    List<Measurement> measured =
        new Benchmark(what, () -> options.session("benchmark"), StageProgress.on(out)).run();
    out.print(Benchmark.table(measured));
    out.flush();
    if (rows != null) {
      Benchmark.writeJson(measured, rows);
    }
    return ExitCode.DONE;
  }
}
